"""De-duplication alone: which documents repeat which, without cleaning any."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from corpus_clean.config import Config
from corpus_clean.pipeline import tables
from corpus_clean.pipeline.compare import compare
from corpus_clean.pipeline.decide import Decision, cluster_rows, decide, guard_removal, link_rows, read_facts
from corpus_clean.pipeline.inputs import find_inputs, require_outside
from corpus_clean.pipeline.load import LoadKernel, find_earlier
from corpus_clean.pipeline.manifest import write_manifest
from corpus_clean.pipeline.publish import open_rejections, write_skipped
from corpus_clean.pipeline.stages import Notice, open_stages
from corpus_clean.pipeline.tables import TableWriter, write_table
from corpus_clean.reports.model import write_report
from corpus_clean.storage.parts import list_parts
from corpus_clean.storage.publication import publish


def dedup(
    source: Path, out: Path, config: Config, notice: Notice = lambda *_: None, against: Path | None = None
) -> None:
    """Compare the documents of a folder (or one file) as they are, and publish links, clusters and statuses as `out`.

    Arguments and errors are those of `run`. No text is written: `documents.parquet` says what to keep.
    """
    started = datetime.now(UTC)
    inputs = find_inputs(source)
    require_outside(out, source)
    with publish(out) as build:
        scratch = build / ".stages"
        with open_stages(config.engine, scratch, notice) as stages:
            loaded = stages.map("loaded", LoadKernel(source, config), inputs.write_tasks(scratch / "files"))
            earlier = find_earlier(stages, against, config)
            edges = compare(stages, loaded, config, ("document",), earlier)
            documents = read_facts(loaded)
            decision = decide(edges, documents, config)
        guard_removal(decision, documents, config.dedup.max_removed)
        notice("write", 0, 1)
        _publish(build, loaded, decision)
        write_skipped(build, inputs.skipped)
        write_report(build)
        described = inputs.describe()
        shutil.rmtree(scratch)
        write_manifest(build, described, (), config, started)
        notice("write", 1, 1)


def _publish(build: Path, loaded: Path, decision: Decision) -> None:
    columns = [name for name in tables.LOADED.names if name != "text"]
    with (
        TableWriter(build / "documents.parquet", tables.DOCUMENTS) as documents,
        open_rejections(build) as reject,
    ):
        for part in list_parts(loaded):
            for batch in pq.ParquetFile(part).iter_batches(columns=columns):
                rows = batch.to_pylist()
                for row in rows:
                    row["keeper"] = decision.keepers.get(row["doc_id"], "")
                    row["status"] = "duplicate" if row["keeper"] else "kept"
                    if row["rejected_reason"]:
                        row["status"] = "rejected"
                        reject(row, "")
                documents.add(rows)
    write_table(build / "links.parquet", link_rows(decision), tables.LINKS)
    write_table(build / "clusters.parquet", cluster_rows(decision), tables.CLUSTERS)
