"""Words for people: what is safe to print, shares in per cent, and the differences of two wordings."""

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from rich.text import Text

# Controls but for line feed and tab; line and paragraph separators; what changes the direction of the line; and halves
# of surrogate pairs, which no encoding can print.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def escape_controls(text: str) -> str:
    r"""Return text of the corpus so that nothing in it steers a terminal; lines and tabs stay.

    Example:
        >>> print(escape_controls("pagi\x1b]0;x\x07 \u202etad\u2019ang"))
        pagi\u001b]0;x\u0007 \u202etad’ang
    """
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def escape_name(name: str) -> str:
    r"""Return a name on one line, so that two different names never look alike for their invisible characters.

    Example:
        >>> print(escape_name("kota\n\u200b.txt"))
        kota\n\u200b.txt
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in name)


def dump_json(value: object) -> str:
    r"""Return a value, dataclasses in it as objects, as indented JSON in which nothing steers a terminal.

    Example:
        >>> print(dump_json(["pagi \x9b2J"]), end="")
        [
          "pagi \u009b2J"
        ]
    """
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONEncodeError:  # a name that is not UTF-8
        text = json.dumps(value, ensure_ascii=False, indent=2, default=asdict)
    return escape_controls(text) + "\n"


def count_things(count: int, noun: str) -> str:
    """Return a number and its noun.

    Example:
        >>> count_things(1, "quote"), count_things(1200, "quote")
        ('1 quote', '1,200 quotes')
    """
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def format_percent(share: float) -> str:
    """Return a share in per cent, as exactly as it is worth.

    Example:
        >>> [format_percent(share) for share in (0.4567, 0.0007, 0.00001, 0.0, 1.0)]
        ['45.7%', '0.07%', '<0.01%', '0%', '100%']
    """
    percent = 100 * share
    if percent in (0, 100):
        return f"{percent:.0f}%"
    if 0 < percent < 0.01:
        return "<0.01%"
    if 99.95 <= percent < 100:
        return ">99.9%"
    return f"{percent:.2f}%" if abs(percent) < 0.1 else f"{percent:.1f}%"


def mark_differences(reference: str, variant: str, *, plain: bool = False) -> "Text":
    """Return the variant with its differences from the reference marked.

    On a terminal added words are bold and dropped ones struck through; `plain` writes `{+added+}` and `[-dropped-]` as
    wdiff does. What the variant leaves out at either end is an ellipsis: it quotes less, it does not reword.

    Example:
        >>> mark_differences("Ia telah tewas di sana kemarin", "telah terbunuh di sana", plain=True).plain
        '… telah [-tewas-] {+terbunuh+} di sana …'
    """
    from rich.text import Text

    from corpus_clean.quotes.align import align_words

    runs = align_words(reference, variant)
    pieces: list[Text] = []
    for place, run in enumerate(runs):
        dropped = run.left if run.change in {"dropped", "swapped"} else ()
        if dropped and run.change == "dropped" and place in {0, len(runs) - 1}:
            pieces.append(Text("…", style="dim"))
        elif dropped:
            words = " ".join(dropped)
            pieces.append(Text(f"[-{words}-]") if plain else Text(words, style="strike dim"))
        if run.right:
            words = " ".join(run.right)
            added = run.change != "kept"
            pieces.append(Text(f"{{+{words}+}}") if added and plain else Text(words, style="bold" if added else ""))
    return Text(" ").join(pieces)
