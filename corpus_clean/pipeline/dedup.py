"""De-duplication alone: which documents repeat which, without cleaning any."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.config import Config
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.compare import choose_signing, compare
from corpus_clean.pipeline.decide import Decision, decide, guard_removal, read_facts
from corpus_clean.pipeline.earlier import find_earlier
from corpus_clean.pipeline.inputs import DESCRIBED, find_inputs, require_outside
from corpus_clean.pipeline.key import describe_run
from corpus_clean.pipeline.load import LOAD_BYTES, LoadKernel
from corpus_clean.pipeline.manifest import write_manifest
from corpus_clean.pipeline.plan import plan_tasks, read_files
from corpus_clean.pipeline.publish import open_rejections, write_links, write_skipped
from corpus_clean.pipeline.stages import Notice, open_stages
from corpus_clean.pipeline.tablewriter import TableWriter
from corpus_clean.reports.model import Report, write_report
from corpus_clean.reports.overview import sum_up
from corpus_clean.storage.parts import read_batches
from corpus_clean.storage.publication import KEPT, discard_stages, publish
from corpus_clean.storage.work import keep_stages


def dedup(
    source: Path,
    out: Path,
    config: Config,
    notice: Notice = lambda *_: None,
    against: Path | None = None,
    *,
    resume: bool = True,
) -> Report:
    """Compare the documents of a folder (or one file) as they are; publish links, clusters and statuses as `out`.

    Arguments and errors are those of `run`. No text is written: `documents.parquet` says what to keep. What was
    found is returned.
    """
    started = datetime.now(UTC)
    inputs = find_inputs(source)
    require_outside(out, source)
    with (
        publish(out, describe_run("dedup", inputs, config, against), resume=resume) as build,
        keep_stages(config.engine.work, build / KEPT, resume=resume),
    ):
        scratch = build / KEPT
        with open_stages(config.engine, scratch, notice) as stages:
            signing = choose_signing(config, inputs.bytes)
            planned, tasks = plan_tasks(stages, inputs, config.read, size=LOAD_BYTES)
            signed = stages.map("signed", LoadKernel(source, config, signing), tasks)
            documents = read_facts(signed)
            segments = [signed, *find_earlier(stages, against, config, signing)]
            decision = decide(compare(stages, segments, documents, config, signing), documents, config)
        guard_removal(decision, documents, config.dedup.max_removed)
        notice("write", 0, 1)
        _publish(build, signed, decision)
        write_skipped(build, inputs.skipped)
        report = sum_up(build)
        write_report(build, report)
        described = inputs.describe(read_files(planned, DESCRIBED))
        discard_stages(build)
        write_manifest(build, described, (), config, started)
        notice("write", 1, 1)
    return report


_COPIED = ("doc_id", "path", "index", "format", "portal", "published", "chars_in", "chars_out")
_REJECTED = ("doc_id", "rejected_stage", "rejected_reason", "rejected_detail")


def _publish(build: Path, signed: Path, decision: Decision) -> None:
    with (
        TableWriter(build / "documents.parquet", tables.DOCUMENTS) as documents,
        open_rejections(build) as reject,
    ):
        for batch in read_batches(signed, list({*_COPIED, *_REJECTED})):
            rejected = batch.column("rejected_reason").is_valid()
            for row in batch.select(_REJECTED).filter(rejected).to_pylist():
                reject(row, "")
            keepers = [decision.keepers.get(doc_id, "") for doc_id in batch.column("doc_id").to_pylist()]
            keeper = pa.array(keepers, pa.string())
            status = pc.if_else(rejected, "rejected", pc.if_else(pc.equal(keeper, ""), "kept", "duplicate"))
            known = {name: batch.column(name) for name in _COPIED} | {"keeper": keeper, "status": status}
            nothing = pa.nulls(len(batch), pa.string())
            columns = [known.get(field.name, nothing).cast(field.type) for field in tables.DOCUMENTS]
            documents.fill(pa.table(columns, schema=tables.DOCUMENTS))
    write_links(build, decision)
