"""What a finished run tells of its corpus, for learning: whose each document is, and which passages are boilerplate."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpus_clean.pipeline.manifest import read_manifest
from corpus_clean.rules.lines import view_text
from corpus_clean.storage.parts import open_part
from corpus_clean.writers.base import load_writer

_DOCUMENTS = ["doc_id", "path", "format", "status", "portal", "url", "site"]
_LINKS = ["level", "flags", "text_a", "text_b", "cluster_id"]


def is_run(folder: Path) -> bool:
    """Tell whether a folder is what `corpus-clean run` or `dedup` wrote."""
    return (folder / "manifest.json").is_file() and (folder / "documents.parquet").is_file()


def read_portals(out: Path, name_site: Callable[[str, str, str], str]) -> dict[str, str]:
    """Return the portal of each document under the id that it has in `data/`.

    What gave a portal away may have been noise, and be gone.

    Args:
        out: the run.
        name_site: names the site of a document of no known portal, by its URL, its site and its path.
    """
    kept = {"kept", "duplicate"} if read_manifest(out)["config"]["dedup"]["keep_duplicates"] else {"kept"}
    written: Counter[str] = Counter()
    portals = {}
    with open_part(str(out / "documents.parquet")) as file:
        for batch in file.iter_batches(columns=_DOCUMENTS, use_threads=False):
            for row in batch.to_pylist():
                # A WET file numbers its records otherwise than the WARC file; but they say where they are from.
                if row["status"] not in kept or row["format"] == "warc":
                    continue
                name = load_writer(row["format"]).name_output(row["path"])
                own = name if row["doc_id"] == row["path"] else f"{name}#{written[name]}"
                portals[own] = row["portal"] or name_site(row["url"] or "", row["site"] or "", row["path"])
                written[name] += 1
    return portals


def read_boilerplate(out: Path) -> dict[str, str]:
    """Return the passages that are boilerplate, as lines in which all white space is plain, with their clusters."""
    found: dict[str, str] = {}
    with open_part(str(out / "links.parquet")) as file:
        for batch in file.iter_batches(columns=_LINKS, use_threads=False):
            passages = pa.table(batch).filter(pc.equal(batch.column("level"), "passage"))
            for row in passages.to_pylist():
                if "boilerplate" in row["flags"]:
                    found |= {view_text(row[side]).strip(): row["cluster_id"] for side in ("text_a", "text_b")}
    return found
