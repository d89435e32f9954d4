"""CSV and TSV: the text goes back into its cell, quoted if it was, in the charset of the other cells."""

from corpus_clean.types import Record
from corpus_clean.writers.text import join, name_output

__all__ = ["choose_codec", "choose_form", "join", "name_output", "unwrap", "wrap"]

_DELIMITERS = (b",", b"\t", b";", b"|")


def choose_form(record: Record, codec: str) -> str:
    """Return "quoted" for a cell between quotes, else "bare" and what separates the cells of its row.

    Example:
        >>> choose_form(Record("a#0", "a", 0, "csv", b"Halo", b'1,"', b'"'), "utf-8")
        'quoted'
        >>> choose_form(Record("a#0", "a", 0, "csv", b"Halo", b"1;"), "utf-8")
        'bare;'
    """
    before, after = record.prefix[-1:], record.suffix[:1]
    if before == after == b'"':
        return "quoted"
    delimiter = next((byte for byte in (before, after) if byte in _DELIMITERS), b"")
    return "bare" + delimiter.decode()


def choose_codec(codec: str) -> str:
    """Return the same: one row has one charset."""
    return codec


def unwrap(decoded: str, form: str) -> str:
    """Return the text of a cell.

    Example:
        >>> unwrap('Dia ""tahu"".', "quoted")
        'Dia "tahu".'
    """
    return decoded.replace('""', '"') if form == "quoted" else decoded


def wrap(text: str, form: str) -> str:
    r"""Return the text as a cell; one that can no longer stand without quotes gets them.

    Example:
        >>> wrap('Dia "tahu".', "quoted"), wrap("Halo", "bare,"), wrap("Satu, dua", "bare,")
        ('Dia ""tahu"".', 'Halo', '"Satu, dua"')
    """
    escaped = text.replace('"', '""')
    if form == "quoted":
        return escaped
    unsafe = text.startswith('"') or any(mark in text for mark in ("\r", "\n", form.removeprefix("bare") or "\n"))
    return f'"{escaped}"' if unsafe else text
