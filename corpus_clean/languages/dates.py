"""Dates as Indonesian, Malay and English pages print them, as ISO 8601."""

import datetime

import regex

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "maret march mac mar", "april apr", "mei may",
            "juni june jun", "juli july julai jul", "agustus august ogos agu ags aug agt", "september sept sep",
            "oktober october okt oct", "november nov nopember", "desember december disember des dec dis",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY_FIRST = regex.compile(r"\b(?P<d>\d{1,2})[ /.-](?P<m>\d{1,2}|\p{L}{3,9})\.?,?[ /.-](?P<y>\d{4}|\d{2})\b")
_MONTH_FIRST = regex.compile(r"\b(?P<m>\p{L}{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})\b")
_YEAR_FIRST = regex.compile(r"\b(?P<y>\d{4})[-/](?P<m>\d{1,2})[-/](?P<d>\d{1,2})\b")
_TIME = regex.compile(
    r"(?<![\d/.-])(?P<h>[01]?\d|2[0-3])[:.](?P<min>[0-5]\d)(?::[0-5]\d)?\s*(?P<half>[ap]\.?m\.?)?\s*"
    r"(?P<zone>WIB|WITA|WIT|MYT|GMT|UTC)?\b",
    regex.IGNORECASE,
)
_ZONES = {"WIB": "+07:00", "WITA": "+08:00", "WIT": "+09:00", "MYT": "+08:00", "GMT": "+00:00", "UTC": "+00:00"}


def read_date(text: str) -> str:
    """Return the first date (and time, if one is given) as ISO 8601, or "" if there is none that exists.

    Example:
        >>> read_date("Senin, 21/10/2024 03:58 WIB")
        '2024-10-21T03:58+07:00'
        >>> read_date("5 Ogos 2023"), read_date("31 Februari 2023")
        ('2023-08-05', '')
    """
    for shape in (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST):
        for found in shape.finditer(text):
            month = found["m"].lower()
            number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
            year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
            try:
                day = datetime.date(year, number, int(found["d"]))
            except ValueError:
                continue
            return day.isoformat() + _read_time(text[: found.start()] + " " * 3 + text[found.end() :])
    return ""


def _read_time(text: str) -> str:
    found = _TIME.search(text)
    if found is None:
        return ""
    hour = int(found["h"])
    half = (found["half"] or "").lower()[:1]
    if half == "p" and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    return f"T{hour:02d}:{found['min']}{_ZONES.get((found['zone'] or '').upper(), '')}"
