r"""JSON lines: one object a line, of which only the text value is ever touched.

The payload is the text's JSON string without its quotes, still escaped; everything around it, other fields and odd
spacing included, is prefix and suffix.
"""

import functools
import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]  # public in CPython, not in the stubs
from typing import BinaryIO, NamedTuple

from corpus_clean.config import ReadConfig
from corpus_clean.readers.base import METADATA_FIELDS, WHOLE, Part, PlainTexts
from corpus_clean.readers.text import describe_excess
from corpus_clean.storage.lines import BOM, Run, Stretch, read_runs
from corpus_clean.types import Metadata, Record

EXTENSIONS = (".jsonl", ".ndjson")
KIND = "spliced"

_BEGIN = b"{"
"""What an ordinary line begins with."""

_scan_value = JSONDecoder().raw_decode


def plan(stream: BinaryIO, config: ReadConfig, size: int) -> Iterator[Part]:
    r"""Cut after a record, so that blank lines stay with the one that follows.

    Example:
        >>> import io
        >>> list(plan(io.BytesIO(b'{}\n\n{}\n'), ReadConfig(), 2))
        [Part(start=0, end=3, index=0, head=b''), Part(start=3, end=7, index=1, head=b'')]
    """
    start = end = first = index = 0
    for found in read_runs(stream, config.max_record, _BEGIN):
        if isinstance(found, Run):
            for line in found.lines:
                if end - start >= size:
                    yield Part(start, end, first)
                    start, first = end, index
                end += len(line)
                index += 1
            continue
        if found.line != b"" and end - start >= size:
            yield Part(start, end, first)
            start, first = end, index
        end = found.end
        index += 1
    yield Part(start, end, first)


def read_some(
    stream: BinaryIO, path: str, config: ReadConfig, numbers: Container[int], part: Part = WHOLE
) -> Iterator[Record]:
    r"""Yield the records of these numbers, without what is blank around them; other lines are not looked into.

    Example:
        >>> import io
        >>> lines = io.BytesIO(b'{"text": "Satu."}\n???\n{"text": "Dua."}\n')
        >>> [record.payload for record in read_some(lines, "a.jsonl", ReadConfig(), {0, 2})]
        [b'Satu.', b'Dua.']
    """
    index = part.index
    for found in read_runs(stream, config.max_record, _BEGIN, part.start):
        if isinstance(found, Run):
            for number, line in enumerate(found.lines, index):
                if number in numbers:
                    yield _read_line(line, b"", path, number, config)
            index += len(found.lines)
            continue
        if index in numbers and found.line != b"":
            yield _read_stretch(found, path, index, config)
        index += 1


def read(stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record]:
    r"""Yield one record a line; blank lines belong to the record that follows, or to the last one.

    Example:
        >>> import io
        >>> line = b'{"url": "https://x.id/1", "text": "Halo \\u00e9.", "n": 1.10}'
        >>> [record] = read(io.BytesIO(line), "a.jsonl", ReadConfig())
        >>> record.payload, record.suffix, record.metadata.url
        (b'Halo \\u00e9.', b'", "n": 1.10}', 'https://x.id/1')
    """
    pending: Record | None = None
    index = part.index
    for found in read_runs(stream, config.max_record, _BEGIN, part.start):
        if isinstance(found, Run):
            for line in found.lines:
                if pending is not None:
                    yield pending
                pending = _read_line(line, b"", path, index, config)
                index += 1
            continue
        if found.line == b"":
            if pending is None:
                pending = _find_nothing(path, index, found)
            elif pending.span:
                pending = replace(pending, span=(pending.span[0], found.end))
            else:
                pending = replace(pending, suffix=pending.suffix + found.blank)
            break
        if pending is not None:
            yield pending
        pending = _read_stretch(found, path, index, config)
        index += 1
    if pending is not None:
        yield pending


def read_texts(stream: BinaryIO, path: str, config: ReadConfig, part: Part = WHOLE) -> Iterator[Record | PlainTexts]:
    r"""Yield what `read` does, but of ordinary lines only their texts, many at a time, at a fraction of the cost.

    Example:
        >>> import io
        >>> [found] = read_texts(io.BytesIO(b'{"text": "Halo."}\n{"text": "Lagi."}'), "a.jsonl", ReadConfig())
        >>> found.first, found.texts
        (0, ['Halo.', 'Lagi.'])
    """
    index = part.index
    for found in read_runs(stream, config.max_record, _BEGIN, part.start):
        if isinstance(found, Run):
            yield from _read_lines(found.lines, path, index, config)
            index += len(found.lines)
            continue
        if found.line == b"":
            if index == part.index:
                yield _find_nothing(path, index, found)
            break
        for text in _read_lines([found.line or b""], path, index, config):
            yield text if isinstance(text, PlainTexts) else _read_stretch(found, path, index, config)
        index += 1


def _read_lines(lines: Sequence[bytes], path: str, first: int, config: ReadConfig) -> Iterator[Record | PlainTexts]:
    """Yield the texts of lines, and a record for each that has no plain one."""
    from orjson import JSONDecodeError, loads

    found = PlainTexts(path, first, "jsonl", [], [], [])
    for place, line in enumerate(lines):
        try:
            values = loads(line)
        except JSONDecodeError:  # orjson is stricter than most
            values = {}
        if type(values) is not dict:
            values = {}
        names = _choose_names(tuple(values), config.text_fields)
        text = _find_string(values, names.text)
        if text and not text.isspace():
            found.texts.append(text)
            found.sites.append(_find_string(values, names.site, blank=False).strip())
            found.published.append(_find_string(values, names.published, blank=False).strip())
            continue
        if found.texts:
            yield found
        yield _read_line(line, b"", path, first + place, config)
        found = PlainTexts(path, first + place + 1, "jsonl", [], [], [])
    if found.texts:
        yield found


class _Names(NamedTuple):
    text: tuple[str, ...]
    site: tuple[str, ...]
    published: tuple[str, ...]


@functools.lru_cache(maxsize=64)
def _choose_names(fields: tuple[str, ...], texts: tuple[str, ...]) -> _Names:
    """Return which of an object's fields may hold what is wanted; most objects of a file have the same fields."""
    wanted = (texts, METADATA_FIELDS["site"], METADATA_FIELDS["published"])
    return _Names(*(tuple(name for name in names if name in fields) for names in wanted))


def _find_string(values: Mapping[str, object], names: Sequence[str], *, blank: bool = True) -> str:
    """Return the first of these fields that holds a string, or one that is not `blank`; if there is none, nothing."""
    for name in names:
        value = values[name]
        if type(value) is str and (blank or value.strip()):
            return value
    return ""


def _find_nothing(path: str, index: int, stretch: Stretch) -> Record:
    fault = "no records: the file holds only blank lines"
    return Record(f"{path}#{index}", path, index, "jsonl", b"", stretch.blank, fault=fault)


def _read_stretch(stretch: Stretch, path: str, index: int, config: ReadConfig) -> Record:
    if stretch.line is None:
        fault = describe_excess(stretch.end - stretch.start, config)
        return Record(f"{path}#{index}", path, index, "jsonl", b"", fault=fault, span=(stretch.start, stretch.end))
    return _read_line(stretch.line, stretch.blank, path, index, config)


def _read_line(line: bytes, blank: bytes, path: str, index: int, config: ReadConfig) -> Record:
    head = BOM if line.startswith(BOM) and index == 0 else b""
    record_id = f"{path}#{index}"
    try:
        values = _scan_object(line[len(head) :])
    except (ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Record(record_id, path, index, "jsonl", line, blank, fault=f"not valid JSON: {reason}")
    name = next((name for name in config.text_fields if _is_string(values.get(_as_latin(name)))), "")
    if not name:
        tried = ", ".join(config.text_fields)
        fault = f"no text: none of the fields {tried} holds a string; name yours with --text-field"
        return Record(record_id, path, index, "jsonl", line, blank, fault=fault)
    start, end, _ = values[_as_latin(name)]
    start, end = len(head) + start + 1, len(head) + end - 1
    metadata = _find_metadata(values, line[len(head) :])
    return Record(record_id, path, index, "jsonl", line[start:end], blank + line[:start], line[end:], metadata)


def _scan_object(line: bytes) -> dict[str, tuple[int, int, object]]:
    """Return (start, end, value) of each top-level member, in bytes; of equal keys the last one counts."""
    # Latin-1 maps bytes to code points one to one, so the scanner's offsets are byte offsets.
    text = line.decode("latin-1")
    position = _skip_space(text, 0)
    if not text.startswith("{", position):
        raise ValueError("a line must be an object in braces")
    values: dict[str, tuple[int, int, object]] = {}
    position = _skip_space(text, position + 1)
    if not text.startswith("}", position):
        while True:
            if not text.startswith('"', position):
                raise ValueError(f"expected a field name at byte {position}")
            key, position = scanstring(text, position + 1, True)
            colon = _COLON.match(text, position)
            if colon is None:
                raise ValueError(f"expected a colon at byte {_skip_space(text, position)}")
            start = colon.end()
            value, position = _scan_value(text, start)
            values[key] = (start, position, value)
            comma = _COMMA.match(text, position)
            if comma is None:
                break
            position = comma.end()
        position = _skip_space(text, position)
        if not text.startswith("}", position):
            raise ValueError(f"expected a comma or the closing brace at byte {position}")
    if text[position + 1 :].strip(" \t\r\n"):
        raise ValueError(f"something follows the object at byte {position + 1}")
    return values


_COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")


def _skip_space(text: str, position: int) -> int:
    while text.startswith((" ", "\t", "\r", "\n"), position):
        position += 1
    return position


def _is_string(entry: tuple[int, int, object] | None) -> bool:
    return entry is not None and isinstance(entry[2], str)


def _find_metadata(values: dict[str, tuple[int, int, object]], line: bytes) -> Metadata:
    if _TELLING.isdisjoint(values):
        return _NOTHING
    found: dict[str, str] = {}
    for target, names in METADATA_FIELDS.items():
        for name in names:
            start, end, value = values.get(name, (0, 0, None))
            if isinstance(value, str) and value.strip():
                found[target] = str(json.loads(line[start:end].decode("utf-8", "replace"))).strip()
                break
    return Metadata(**found)


_TELLING = frozenset(name for names in METADATA_FIELDS.values() for name in names)
_NOTHING = Metadata()


@functools.cache
def _as_latin(name: str) -> str:
    return name.encode().decode("latin-1")
