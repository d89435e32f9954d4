"""A corpus whose texts, names and dates try to steer a terminal, or to be read as markup."""

import json
from pathlib import Path

ESCAPES = "\x1b]0;owned\x07\x1b[31mred\x9d2J\u202egnirts"
_SAID = (
    f"“Jembatan itu {ESCAPES} akan kami buka lagi sebelum musim hujan datang karena warga di seberang sungai sudah "
    f"terlalu lama menunggu perahu,” kata Bupati Sarma{ESCAPES} Wirya di kantor kecamatan."
)
_BODY = (
    "Pekerjaan pengecoran lantai jembatan selesai lebih cepat daripada jadwal yang disusun awal tahun itu.\n\n" + _SAID
)
NAMES = ("[", "foo].txt"), ("", "esc\x1b[31m\n.txt"), ("[bold]", "`a|b`\x1b]8;;x\x07<b>.exe")


def write_steering(folder: Path) -> None:
    """Write text files, a file that no reader takes, and JSON lines of which one is broken; all share one quote."""
    texts = (f"{_BODY}\n\nBaca juga: {ESCAPES} judul [/b]\n", f"{_BODY}\n\nPenutup.\r\n\rSelesai.\n", "MZ")
    for (parent, name), text in zip(NAMES, texts, strict=True):
        file = folder / parent / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
    rows = [
        {
            "text": f"Kabar {ESCAPES} dari seberang nomor {number}.\n\n{_SAID}\n",
            "url": f"https://x.example/{ESCAPES}",
            "title": f"{ESCAPES} [/foo] @kota",
            "site": f"Kota{ESCAPES}|{number}",
            "date": f"2024-11-0{number + 1}{ESCAPES}",
            "author": ESCAPES,
        }
        for number in range(3)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "r.jsonl").write_text(lines + "{broken " + ESCAPES + "\n", encoding="utf-8")
