"""From files to cleaned records: read, decode, repair, extract, strip noise, find quotes."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from corpus_clean.config import Config, ReadConfig
from corpus_clean.errors import IntegrityError, RejectedRecordError
from corpus_clean.languages.detect import detect_language
from corpus_clean.ledger.replay import undo_stages
from corpus_clean.pipeline.tables import CLEANED, Row, edit_row, make_batch, quote_row, rejection_columns
from corpus_clean.quotes.spans import Reading, read_document
from corpus_clean.readers.base import choose_reader, load_readers
from corpus_clean.repair.decode import decode
from corpus_clean.repair.extract import Extracted, extract_text
from corpus_clean.repair.mojibake import repair_encoding
from corpus_clean.repair.pages.site import HEAD, name_site
from corpus_clean.repair.pages.wrapper import Wrapper
from corpus_clean.rules.apply import apply_rules, compile_rules
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.portal import detect_portal
from corpus_clean.rules.ruleset import RuleSet
from corpus_clean.storage.cache import Cache
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.storage.streams import DamagedStreamError, open_input
from corpus_clean.types import Document, Edit, Metadata, Record, Rejection
from corpus_clean.writers.base import load_writer

_ROWS = 256
_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document after all stages, with what was done to it and what is said in it."""

    document: Document
    decoded: str
    codec: str
    edits: tuple[Edit, ...]
    reading: Reading


@dataclass(frozen=True)
class CleanKernel:
    """Reads the files it is given under `root` and yields their records, cleaned or rejected."""

    root: Path
    config: Config
    wrappers: Mapping[str, Wrapper] = field(default_factory=dict)

    schema = CLEANED

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `CLEANED` rows for batches of `FILES`, a few hundred records at a time."""
        rows: list[Row] = []
        size = 0
        for batch in batches:
            for path in batch.column("path").to_pylist():
                for record in read_records(self.root, path, self.config.read):
                    rows.append(self._clean(record))
                    size += len(record.payload)
                    if len(rows) >= _ROWS or size >= _BYTES:
                        yield make_batch(rows, CLEANED)
                        rows, size = [], 0
        if rows:
            yield make_batch(rows, CLEANED)

    def _clean(self, record: Record) -> Row:
        raw = record.prefix + record.payload + record.suffix
        row: Row = {
            "doc_id": record.id,
            "path": record.path,
            "index": record.index,
            "format": record.format,
            "sha256_in": hash_bytes(raw),
            "edits": [],
            "quotes": [],
        }
        try:
            cleaned = clean_record(record, load_rules(self.config), self.config, self.wrappers)
        except RejectedRecordError as error:
            rejection = Rejection(record.id, error.stage, error.reason, error.detail)  # type: ignore[arg-type]
            return row | {"raw": raw, "language": "", "portal": ""} | rejection_columns(rejection)
        document = cleaned.document
        payload, ascii_only = _wrap(record, cleaned)
        metadata = document.metadata
        return row | {
            "language": document.language,
            "portal": document.portal,
            **{name: getattr(metadata, name) for name in Metadata.__dataclass_fields__},
            "text": document.text,
            "chars_in": len(cleaned.decoded),
            "chars_out": len(document.text),
            "codec": cleaned.codec,
            "ascii_only": ascii_only,
            "prefix": record.prefix,
            "suffix": record.suffix,
            "raw": None if _rebuilds(record, cleaned, ascii_only) else raw,
            "sha256_out": hash_bytes(record.prefix + payload + record.suffix),
            "edits": [edit_row(edit) for edit in cleaned.edits],
            "quotes": [quote_row(quote) for quote in cleaned.reading.quotes],
            "affiliations": sorted(map(list, cleaned.reading.affiliations)),
        }


def read_records(root: Path, path: str, config: ReadConfig) -> Iterator[Record]:
    """Yield the records of a file under `root` (or of `root`, if it is one file); damage comes as a faulty record."""
    file = root / path if root.is_dir() else root
    count = 0
    try:
        with open_input(file) as stream:
            for record in load_readers()[choose_reader(path)].read(stream, path, config):
                yield record
                count += 1
    except DamagedStreamError as error:
        yield Record(f"{path}#{count}" if count else path, path, count, "text", file.read_bytes(), fault=str(error))


@functools.lru_cache(maxsize=4)
def load_rules(config: Config) -> RuleSet:
    """Load and compile the packs once a process."""
    return compile_rules(load_packs(config.rules.packs), config.rules)


def clean_record(
    record: Record, rules: RuleSet, config: Config, wrappers: Mapping[str, Wrapper] = MappingProxyType({})
) -> Cleaned:
    """Take one record through every stage; `wrappers` are what is known of sites, by their names.

    Raises:
        RejectedRecordError: a stage cannot make sense of it.
    """
    require_text(record)
    decoded = decode(record.payload, page=record.format == "html")
    source = load_writer(record.format).unwrap(decoded.text)
    require_unicode(source)
    text, edits = _repair(source, record.id)
    metadata, declared = record.metadata, ""
    if record.format == "html":
        extracted = _extract(record, text, config, wrappers)
        text, edits, metadata = extracted.text, (*edits, extracted.edit), _merge(metadata, extracted.metadata)
        declared = extracted.language
    document = Document(record.id, text, record.path, detect_language(text) or declared, "", metadata)
    document = replace(document, portal=detect_portal(document, rules.packs))
    applied = apply_rules(document, rules)
    document = replace(document, text=applied.text, metadata=applied.metadata)
    if not document.text.strip():
        raise RejectedRecordError("rules", "only noise", "every line of it is known noise; nothing is left to keep")
    reading = read_document(document) if config.quotes.enabled else Reading((), frozenset())
    return Cleaned(document, source, decoded.codec, (*edits, *applied.edits), reading)


def load_page(record: Record) -> str:
    """Return a page as the extraction gets it.

    Raises:
        RejectedRecordError: it cannot be decoded.
    """
    require_text(record)
    source = load_writer(record.format).unwrap(decode(record.payload, page=True).text)
    require_unicode(source)
    return _repair(source, record.id)[0]


def _extract(record: Record, page: str, config: Config, wrappers: Mapping[str, Wrapper]) -> Extracted:
    wrapper = wrappers.get(name_site(page[:HEAD], record.metadata.url, record.path)) if wrappers else None
    cache = Cache(Path(config.engine.cache)) if config.engine.cache else None
    return extract_text(page, record.id, wrapper, cache)


def require_text(record: Record) -> None:
    """Reject a record that its reader could not make sense of, or that is empty."""
    if record.fault:
        reason = record.fault.partition(":")[0]
        raise RejectedRecordError("read", reason, record.fault)
    if not record.payload.strip():
        raise RejectedRecordError("read", "empty", "holds no text at all")


def require_unicode(text: str) -> None:
    """Reject a text that no UTF-8 file can hold."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        detail = f"half of a surrogate pair at character {error.start}; no UTF-8 file can hold it"
        raise RejectedRecordError("decode", "lone surrogate", detail) from None


def _repair(source: str, doc_id: str) -> tuple[str, tuple[Edit, ...]]:
    if not source.startswith("\ufeff"):
        return repair_encoding(source, doc_id)
    text, edits = repair_encoding(source[1:], doc_id)
    mark = Edit(doc_id, "repair", 0, 1, "\ufeff", "", "repair.byte-order-mark", "1", "repair")
    return text, (mark, *(replace(edit, start=edit.start + 1, end=edit.end + 1) for edit in edits))


def _merge(first: Metadata, second: Metadata) -> Metadata:
    names = Metadata.__dataclass_fields__
    return Metadata(**{name: getattr(first, name) or getattr(second, name) for name in names})


def _wrap(record: Record, cleaned: Cleaned) -> tuple[bytes, bool]:
    """Return the clean payload, in the form (escaped or not) that the original was in."""
    writer = load_writer(record.format)
    literal = record.payload.decode("latin-1")
    # In a line that is not UTF-8, and beside \u escapes, only ASCII is safe.
    ascii_only = cleaned.codec != "utf-8" or ("\\u" in literal and literal.isascii())
    return writer.wrap(cleaned.document.text, ascii_only=ascii_only).encode("utf-8"), ascii_only


def _rebuilds(record: Record, cleaned: Cleaned, ascii_only: bool) -> bool:
    payload = rebuild_payload(record.format, cleaned.document.text, cleaned.edits, cleaned.codec, ascii_only)
    return payload == record.payload


def rebuild_payload(form: str, text: str, edits: tuple[Edit, ...], codec: str, ascii_only: bool) -> bytes:
    """Return a record's original payload from its clean text and edits, or other bytes where these are not enough."""
    try:
        source = undo_stages(text, edits)
        return load_writer(form).wrap(source, ascii_only=ascii_only).encode(codec)
    except (IntegrityError, UnicodeEncodeError):
        return b""
