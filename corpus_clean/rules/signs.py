"""Words that give a page's own voice away: it calls on its reader, names its channels, labels its furniture."""

import functools

import regex

# Each kind counts once. Indonesian, Malay and English together: pages mix them.
_SIGNS: dict[str, str] = {
    "call": """
        ikuti ikutilah follow gabung bergabung bergabunglah join klik baca bacalah read simak simaklah tonton watch
        click saksikan lihat cek dapatkan temukan unduh download muat langganan berlangganan kunjungi daftar
        subscribe login bagikan share scroll gulir kirim kirimkan hubungi nantikan jangan yuk ayo mari silakan
        silahkan dengarkan telusuri aktifkan install nonton swipe ketik komentar tunggu
    """,
    "reader": "anda kamu kalian kamulah pembaca ponselmu your you sobat moms klovers mu sahabat reader readers",
    "channel": """
        whatsapp telegram instagram facebook twitter youtube tiktok threads google newsletter aplikasi app apps channel
        kanal saluran grup playstore appstore medsos sosmed podcast live streaming
    """,
    "pointer": """
        selengkapnya disini sini tautan link halaman berikutnya selanjutnya lainnya terkait terpopuler terbaru terkini
        artikel video galeri foto infografis berikut page next previous more pilihan trending update
    """,
    "furniture": """
        advertisement iklan loading copyright reserved rights disclaimer sponsored sponsor tag tags keyword editor
        penulis reporter redaksi redaktur pewarta kontributor penyunting jurnalis ilustrasi dok gambas getty reuters
        afp sumber javascript browser cookies hak cipta ringkasan caption shutterstock istimewa kredit
    """,
}
_WORD = regex.compile(r"\p{L}+")
# Reported speech: what recurs here was said, not set by the page.
_REPORTED = regex.compile(
    r"\b(?:kata|ujar|ucap|tutur|ungkap|jelas|imbuh|tegas|papar|terang|sebut|tambah|lanjut|beber|tandas|pungkas)"
    r"(?:nya| (?:dia|ia|beliau|\p{Lu}\p{L}+|hakim|jaksa|majelis))\b|\b(?:said|says|told)\b"
)


def find_signs(text: str, outlets: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Name the kinds of signs in a text; `outlets` are names of the portal in lower case.

    Example:
        >>> find_signs("Ikuti saluran WhatsApp Warta Muara di sini: https://x.id/a", frozenset({"warta muara"}))
        ('call', 'channel', 'pointer', 'url', 'outlet')
    """
    folded = text.lower()
    words = set(_WORD.findall(folded))
    found = [kind for kind in _SIGNS if words & _words(kind)]
    if "http" in folded or "www." in folded or "[" in folded or "@" in folded or "©" in folded:
        found.append("url")
    if any(name in folded for name in outlets):
        found.append("outlet")
    return tuple(found)


@functools.cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(_SIGNS[kind].split())


def is_reported(text: str) -> bool:
    """Tell whether a text reports speech.

    Example:
        >>> is_reported('"Kami siap," kata dia.'), is_reported("Ikuti kami di sini.")
        (True, False)
    """
    return _REPORTED.search(text) is not None
