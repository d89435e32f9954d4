"""The report of a de-duplication alone: its three tables are soon counted, without SQL and its start-up."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpus_clean.reports.model import Group, Report, group_copies, list_findings

_COUNTED = ["portal", "language", "format", "status", "chars_in", "chars_out"]
_MEMBERS = ["cluster_id", "doc_id", "keeper", "jaccard_to_keeper"]


def sum_up(out: Path) -> Report:
    """Return what `build_report` does, for a folder that `corpus-clean dedup` writes or wrote."""
    documents = _read(out, "documents", _COUNTED)
    # A duplicate's characters are those that are not in the corpus.
    gone = pc.if_else(pc.equal(documents.column("status"), "duplicate"), documents.column("chars_out"), 0)
    documents = documents.append_column("gone", gone)
    statuses = dict.fromkeys(("kept", "duplicate", "rejected"), 0) | _count(documents.column("status"))
    read, taken = (pc.sum(documents.column(name)).as_py() or 0 for name in ("chars_in", "gone"))
    links = _read(out, "links", ["level", "relation"])
    kinds = _count(pc.binary_join_element_wise(links.column("level"), links.column("relation"), " "))
    members = _read(out, "clusters", _MEMBERS)
    members = members.take(pc.sort_indices(members, sort_keys=[("doc_id", "ascending")]))
    copies = group_copies(zip(*(members.column(name).to_pylist() for name in _MEMBERS), strict=True))
    return Report(
        documents=statuses,
        characters={"in": read, "out": read - taken} | ({"dedup": taken} if statuses["duplicate"] else {}),
        portals=_group(documents, "portal"),
        languages=_group(documents, "language"),
        formats=_group(documents, "format"),
        rules=[],
        flags=[],
        links=dict(sorted(kinds.items())),
        quotes=0,
        removal_check=None,
        **list_findings(out, copies, []),
    )


def _read(out: Path, name: str, columns: list[str]) -> pa.Table:
    with pq.ParquetFile(out / f"{name}.parquet") as file:
        return file.read(columns=columns, use_threads=False)


def _count(column: pa.ChunkedArray) -> dict[str, int]:
    return {row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()}


def _group(documents: pa.Table, column: str) -> list[Group]:
    names = documents.column(column).fill_null("").combine_chunks().dictionary_encode()
    place = names.indices.to_numpy()

    def add(values: pa.ChunkedArray) -> list[int]:
        sums = np.bincount(place, weights=np.nan_to_num(values.to_numpy()), minlength=len(names.dictionary))
        return [int(value) for value in sums.tolist()]

    status, read, gone = (documents.column(name) for name in ("status", "chars_in", "gone"))
    duplicates, rejected = (add(pc.cast(pc.equal(status, name), pa.int64())) for name in ("duplicate", "rejected"))
    counts = add(pc.cast(pc.is_valid(status), pa.int64()))
    kept = add(pc.subtract(read, gone))
    labels = names.dictionary.to_pylist()
    rows = zip(labels, counts, duplicates, rejected, add(read), kept, [0] * len(labels), strict=True)
    groups = [Group(*row) for row in rows]
    return sorted(groups, key=lambda group: (-group.chars_in, -group.documents, group.name))
