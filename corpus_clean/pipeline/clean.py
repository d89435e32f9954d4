"""From files to cleaned records: read, decode, repair, extract, strip noise, find quotes."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.errors import IntegrityError, RejectedRecordError
from corpus_clean.languages.detect import detect_language
from corpus_clean.ledger.replay import undo_stages
from corpus_clean.pipeline.parts import PartsKernel
from corpus_clean.pipeline.records import decode_record, read_part, require_text
from corpus_clean.pipeline.tables import CLEANED, Row, edit_row, make_batch, reading_columns, rejection_columns
from corpus_clean.repair.mojibake import repair_encoding
from corpus_clean.rules.apply import apply_rules, compile_rules
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.ruleset import RuleSet
from corpus_clean.similarity.backend import load_kernel
from corpus_clean.storage.cache import Cache
from corpus_clean.storage.fingerprint import hash_bytes
from corpus_clean.types import Document, Edit, Metadata, Record, Rejection
from corpus_clean.writers.base import load_writer

if TYPE_CHECKING:
    from corpus_clean.quotes.spans import Reading
    from corpus_clean.repair.extract import Extracted
    from corpus_clean.repair.pages.wrapper import Wrapper

_ROWS = 256
_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document after all stages, with what was done to it and what is said in it."""

    document: Document
    decoded: str
    codec: str
    edits: tuple[Edit, ...]
    reading: "Reading | None"


@dataclass(frozen=True)
class CleanKernel(PartsKernel):
    """Reads the parts of files it is given under `root` and yields their records, cleaned or rejected.

    If it is `compiled`, the compiled code is loaded from the start, as there is much to do.
    """

    wrappers: "Mapping[str, Wrapper]" = field(default_factory=dict)
    compiled: bool = False

    schema = CLEANED
    isolated = True

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `CLEANED` rows for batches of `PARTS`, a few hundred records at a time."""
        if self.compiled:
            load_kernel()
        rules = load_rules(self.config)
        rows: list[Row] = []
        size = 0
        for batch in batches:
            for record in self.read_parts(batch, read_part):
                rows.append(self._clean(record, rules))
                size += len(record.payload)
                if len(rows) >= _ROWS or size >= _BYTES:
                    yield make_batch(rows, CLEANED)
                    rows, size = [], 0
        if rows:
            yield make_batch(rows, CLEANED)

    def _clean(self, record: Record, rules: RuleSet) -> Row:
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
            with self.attend(record):
                cleaned = clean_record(record, rules, self.config, self.wrappers)
                payload, form = _wrap(record, cleaned)
        except RejectedRecordError as error:
            rejection = Rejection(record.id, error.stage, error.reason, error.detail)  # type: ignore[arg-type]
            held = {"raw": None, "span": record.span} if record.span or record.index < 0 else {"raw": raw}
            return row | held | {"language": "", "portal": ""} | rejection_columns(rejection)
        document = cleaned.document
        metadata = document.metadata
        return row | {
            "language": document.language,
            "portal": document.portal,
            **{name: getattr(metadata, name) for name in Metadata.__dataclass_fields__},
            "text": document.text,
            "chars_in": len(cleaned.decoded),
            "chars_out": len(document.text),
            "codec": cleaned.codec,
            "form": form,
            "prefix": record.prefix,
            "suffix": record.suffix,
            "raw": None if _rebuilds(record, cleaned, form, payload) else raw,
            "sha256_out": hash_bytes(load_writer(record.format).join(record.prefix, payload, record.suffix)),
            "edits": [edit_row(edit) for edit in cleaned.edits],
            **reading_columns(cleaned.reading),
        }


@functools.lru_cache(maxsize=4)
def load_rules(config: Config) -> RuleSet:
    """Load and compile the packs once a process."""
    return compile_rules(load_packs(config.rules.packs), config.rules)


def clean_record(
    record: Record, rules: RuleSet, config: Config, wrappers: "Mapping[str, Wrapper]" = MappingProxyType({})
) -> Cleaned:
    """Take one record through every stage; `wrappers` are what is known of sites, by their names.

    Raises:
        RejectedRecordError: a stage cannot make sense of it.
    """
    require_text(record)
    source, codec = decode_record(record)
    return clean_decoded(record, source, codec, rules, config, wrappers)


def clean_decoded(
    record: Record,
    source: str,
    codec: str,
    rules: RuleSet,
    config: Config,
    wrappers: "Mapping[str, Wrapper]" = MappingProxyType({}),
) -> Cleaned:
    """Take a record whose payload stands for the text `source` through every stage after that.

    Raises:
        RejectedRecordError: a stage cannot make sense of it.
    """
    text, edits = _repair(source, record.id)
    metadata, declared = record.metadata, ""
    if record.media == "page":
        extracted = _extract(record, text, config, wrappers)
        text, edits, metadata = extracted.text, (*edits, extracted.edit), _merge(metadata, extracted.metadata)
        declared = extracted.language
    language = detect_language(text) or declared
    applied = apply_rules(Document(record.id, text, record.path, language, "", metadata), rules, detect=True)
    document = Document(record.id, applied.text, record.path, language, applied.portal, applied.metadata)
    if not document.text.strip():
        raise RejectedRecordError("rules", "only noise", "every line of it is known noise; nothing is left to keep")
    reading = _read(document) if config.quotes.enabled else None
    return Cleaned(document, source, codec, (*edits, *applied.edits), reading)


def _read(document: Document) -> "Reading":
    from corpus_clean.quotes.spans import read_document

    return read_document(document)


def load_page(record: Record) -> str:
    """Return a page as the extraction gets it.

    Raises:
        RejectedRecordError: it cannot be decoded.
    """
    require_text(record)
    source, _ = decode_record(record)
    return _repair(source, record.id)[0]


def _extract(record: Record, page: str, config: Config, wrappers: "Mapping[str, Wrapper]") -> "Extracted":
    from corpus_clean.repair.extract import extract_text
    from corpus_clean.repair.pages.site import HEAD, name_site

    wrapper = wrappers.get(name_site(page[:HEAD], record.metadata.url, record.path)) if wrappers else None
    cache = Cache(Path(config.engine.cache)) if config.engine.cache else None
    return extract_text(page, record.id, wrapper, cache)


def _repair(source: str, doc_id: str) -> tuple[str, tuple[Edit, ...]]:
    if not source.startswith("\ufeff"):
        return repair_encoding(source, doc_id)
    text, edits = repair_encoding(source[1:], doc_id)
    mark = Edit(doc_id, "repair", 0, 1, "\ufeff", "", "repair.byte-order-mark", "1", "repair")
    return text, (mark, *(replace(edit, start=edit.start + 1, end=edit.end + 1) for edit in edits))


def _merge(first: Metadata, second: Metadata) -> Metadata:
    names = Metadata.__dataclass_fields__
    return Metadata(**{name: getattr(first, name) or getattr(second, name) for name in names})


def _wrap(record: Record, cleaned: Cleaned) -> tuple[bytes, str]:
    """Return the clean payload, and the form that it and the original are in."""
    writer = load_writer(record.format)
    form = writer.choose_form(record, cleaned.codec)
    codec = writer.choose_codec(cleaned.codec)
    try:
        return writer.wrap(cleaned.document.text, form).encode(codec), form
    except UnicodeEncodeError as error:
        detail = f"its container is in {codec}, which has no {error.object[error.start]!r}"
        raise RejectedRecordError("repair", "not encodable", detail) from None


def _rebuilds(record: Record, cleaned: Cleaned, form: str, payload: bytes) -> bool:
    if not cleaned.edits and payload == record.payload:
        return True  # it is read back as it was read
    writer = load_writer(record.format)
    found = writer.unwrap(payload.decode(writer.choose_codec(cleaned.codec)), form)
    if found != cleaned.document.text:
        return False  # it had to be written in another form, and would be read back in that
    return record.payload == rebuild_payload(record.format, cleaned.document.text, cleaned.edits, cleaned.codec, form)


def rebuild_payload(name: str, text: str, edits: tuple[Edit, ...], codec: str, form: str) -> bytes:
    """Return a record's original payload from its clean text and edits, or other bytes where these are not enough."""
    try:
        source = undo_stages(text, edits)
        return load_writer(name).wrap(source, form).encode(codec)
    except (IntegrityError, UnicodeEncodeError):
        return b""
