"""What the pipeline does, or did, to one document."""

import json
from dataclasses import fields
from pathlib import Path

from corpus_clean.config import Config
from corpus_clean.errors import IntegrityError, RejectedRecordError, UsageError
from corpus_clean.ledger.replay import apply_edits
from corpus_clean.pipeline.clean import clean_record, load_rules
from corpus_clean.pipeline.manifest import read_manifest, read_settings
from corpus_clean.pipeline.records import read_records
from corpus_clean.pipeline.restore import read_table
from corpus_clean.pipeline.tables import edit_from_row
from corpus_clean.pipeline.texts import read_texts
from corpus_clean.readers.base import choose_reader
from corpus_clean.reports.explanation import Explanation
from corpus_clean.storage.names import show_name
from corpus_clean.types import Edit, Metadata, Record, Rejection


def explain_document(doc: str, config: Config) -> list[Explanation]:
    """Take a file, or one record of it (`file#index`), through the stages without writing anything.

    Raises:
        UsageError: there is no such file or record.
    """
    path, _, index = doc, "", ""
    if not Path(doc).is_file():
        path, _, index = doc.rpartition("#")
    if not Path(path).is_file() or (index and not index.isdigit()):
        raise UsageError(f"{doc}: no such file; for a document of a run, add --in OUT")
    name = show_name(Path(path).name)
    if not choose_reader(name):
        raise UsageError(f"{doc}: no reader for this kind of file; see the formats in the README")
    found = [
        _explain_record(record, config)
        for record in read_records(Path(path), name, config.read)
        if not index or record.index == int(index)
    ]
    if not found:
        raise UsageError(f"{doc}: the file holds no record of that number; they count from 0")
    return found


def _explain_record(record: Record, config: Config) -> Explanation:
    try:
        cleaned = clean_record(record, load_rules(config), config)
    except RejectedRecordError as error:
        rejection = Rejection(record.id, error.stage, error.reason, error.detail)  # type: ignore[arg-type]
        return Explanation(record.id, "rejected", "", "", record.metadata, (), {}, rejection)
    document = cleaned.document
    inputs = _stage_inputs(cleaned.decoded, cleaned.edits)
    return Explanation(
        document.id, "cleaned", document.portal, document.language, document.metadata, cleaned.edits, inputs
    )


def _stage_inputs(decoded: str, edits: tuple[Edit, ...]) -> dict[str, str]:
    """Return the text that each stage saw."""
    inputs: dict[str, str] = {}
    text = decoded
    for stage in ("repair", "extract", "rules"):
        inputs[stage] = text
        own = [edit for edit in edits if edit.stage == stage and edit.action != "flag"]
        text = apply_edits(text, own)
    inputs["dedup"] = text
    return inputs


def explain_published(out: Path, doc_id: str) -> list[Explanation]:
    """Look up what a run did to a document.

    Raises:
        UsageError: the run has no such document.
    """
    manifest = read_manifest(out)
    row = next((row for row in read_table(out / "documents.parquet") if row["doc_id"] == doc_id), None)
    if row is None:
        raise UsageError(f"{doc_id}: not a document of {out}; ids are paths below the input, with #n for records")
    metadata = Metadata(**{field.name: row[field.name] or "" for field in fields(Metadata)})
    edits = tuple(
        edit_from_row(doc_id, edit) for edit in read_table(out / "ledger" / "edits.parquet") if edit["doc_id"] == doc_id
    )
    status = row["status"] + (f" of {row['keeper']}" if row["keeper"] else "")
    if row["status"] == "rejected":
        rejection = _find_rejection(out, doc_id)
        return [Explanation(doc_id, status, "", "", metadata, (), {}, rejection)]
    [(_, texts)] = read_texts(out, read_settings(manifest), [doc_id])
    inputs = {"dedup" if stage == "clean" else stage: text for stage, text in texts.items()}
    return [Explanation(doc_id, status, row["portal"] or "", row["language"] or "", metadata, edits, inputs)]


def _find_rejection(out: Path, doc_id: str) -> Rejection:
    for line in (out / "quarantine" / "rejections.jsonl").read_bytes().split(b"\n"):
        entry = json.loads(line) if line else {}
        if entry.get("doc_id") == doc_id:
            return Rejection(doc_id, entry["stage"], entry["reason"], entry["detail"])
    raise IntegrityError(f"{doc_id}: rejected, but quarantine/rejections.jsonl does not say why")
