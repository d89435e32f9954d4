"""Files that stand for content kept elsewhere: Git LFS pointers and git-annex links."""

LONGEST = 1024
"""No pointer is longer, in bytes."""

_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_ANNEX = b"/annex/objects/"


def name_pointer(head: bytes, *, link: bool = False) -> str:
    r"""Return what keeps the content of a file that begins so, "" where the file is the content.

    Args:
        head: the first bytes of the file, or with `link` what a symbolic link says.
        link: it is a symbolic link.

    Example:
        >>> name_pointer(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n")
        'Git LFS'
        >>> name_pointer(b"../.git/annex/objects/X/Y/SHA256E-s12--00.txt/SHA256E-s12--00.txt", link=True)
        'git-annex'
        >>> name_pointer(b"Air surut.")
        ''
    """
    if link:
        return "git-annex" if _ANNEX in b"/" + head.replace(b"\\", b"/") else ""
    if head.startswith(_LFS):
        return "Git LFS"
    return "git-annex" if head.startswith(_ANNEX) else ""
