"""A corpus whose texts, names and addresses try to run scripts."""

import json
from pathlib import Path

SCRIPT = "</script><script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
MARKUP = f"\"'><svg onload=alert(1)>{SCRIPT}{IMAGE}"
_SAID = (
    f"“Jembatan itu {IMAGE} akan kami buka lagi sebelum musim hujan datang {SCRIPT} karena warga di seberang "
    "sudah terlalu lama menunggu perahu,” kata Bupati Sarma Wirya di kantor kecamatan."
)
_BODY = [
    "Pekerjaan pengecoran lantai jembatan selesai lebih cepat daripada jadwal yang disusun pada awal tahun itu.",
    _SAID,
    f"Warga {MARKUP} di dua desa menyambut kabar itu dengan makan bersama di tepi sungai pada malam harinya.",
    "Jembatan lama hanyut ketika sungai meluap, dan sejak itu anak sekolah menyeberang dengan perahu sewaan.",
]


def write_hostile(folder: Path) -> None:
    """Write text files, a page and JSON lines, two of them near-duplicates, all sharing one quote."""
    named = folder / "<" / f"script>{IMAGE}&quot;.txt"
    named.parent.mkdir(parents=True)
    named.write_text("\n\n".join([*_BODY, f"Baca juga: {MARKUP} {IMAGE}", ""]), encoding="utf-8")
    (folder / "copy.txt").write_text("\n\n".join([*_BODY, "Penutup.", ""]), encoding="utf-8")
    rows = [
        {
            "text": f"Kabar dari seberang sungai nomor {number}.\n\n{_SAID}\n\nBaca juga: {IMAGE}\n",
            "url": url,
            "title": MARKUP,
            "site": f"{MARKUP} {number}",
            "date": f"2024-11-0{number + 1}",
        }
        for number, url in enumerate(["javascript:alert(1)", f"https://x.example/{MARKUP}", "data:text/html,<script>"])
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / f"{IMAGE.replace('/', '')}.jsonl").write_text(lines + "{broken " + MARKUP + "\n", encoding="utf-8")
    (folder / f"{IMAGE}.exe").write_text("MZ", encoding="utf-8")
