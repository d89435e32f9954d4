r"""File names that any table, report and manifest can hold, and the way back to the bytes on disk.

A Linux file name is bytes. One that is valid UTF-8 is shown as it is; in any other, what is not UTF-8 is shown as
`\xff`, and a backslash as `\x5c`, so that no two files share a name.
"""

import hashlib
import os
import re

LONGEST = 255
"""Bytes in a file name, on every file system in common use."""

_ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")


def show_name(name: str) -> str:
    r"""Return a file's name or path as text that is valid UTF-8.

    Example:
        >>> show_name(os.fsdecode(b"buruk\xff.txt"))
        'buruk\\xff.txt'
    """
    if name.isascii() and "\\" not in name:
        return name
    data = os.fsencode(name)
    if not _ESCAPED.search(data):
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return data.replace(b"\\", b"\\x5c").decode("utf-8", "backslashreplace")


def locate_name(shown: str) -> str:
    r"""Return the name on disk that `show_name` made `shown` of.

    Example:
        >>> os.fsencode(locate_name("buruk\\xff.txt"))
        b'buruk\xff.txt'
    """
    if "\\" not in shown:
        return shown
    return os.fsdecode(_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), shown.encode("utf-8")))


def name_top(folder: str | os.PathLike[str]) -> str:
    """Return what the paths of a folder's files begin with: for many files, `Path` takes longer than the disk.

    Example:
        >>> name_top("data/a"), name_top("/")
        ('data/a/', '/')
    """
    return os.fspath(folder).rstrip("/") + "/"


def fit_name(name: str, suffix: str = "") -> str:
    """Return `name + suffix`, its stem shortened to what a file system takes, and still its own.

    Example:
        >>> fit_name("berita", ".txt"), len(fit_name("a" * 250, ".html.txt"))
        ('berita.txt', 255)
    """
    whole = os.fsencode(name + suffix)
    if len(whole) <= LONGEST:
        return name + suffix
    mark = "~" + hashlib.sha256(whole).hexdigest()[:12]
    room = LONGEST - len(mark) - len(os.fsencode(suffix))
    return os.fsencode(name)[:room].decode("utf-8", "ignore") + mark + suffix
