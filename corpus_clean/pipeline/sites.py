"""Learn the templates of sites before cleaning: which pages are of one site, and what a sample of each teaches.

The sample is spread over a site's pages in the order of their ids: what is learned depends on the pages alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import Config, ReadConfig
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.clean import load_page
from corpus_clean.pipeline.parts import PartsKernel
from corpus_clean.pipeline.records import open_records, read_part
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import Row, make_batch
from corpus_clean.readers.base import Part
from corpus_clean.readers.listing import locate
from corpus_clean.repair.pages.article import find_article
from corpus_clean.repair.pages.site import HEAD, name_site
from corpus_clean.repair.pages.teaching import Sample, learn_wrapper
from corpus_clean.repair.pages.tree import flatten, parse_page
from corpus_clean.repair.pages.wrapper import Wrapper, load_wrapper
from corpus_clean.types import Record

FEWEST_PAGES = 20
"""Of a site with fewer pages nothing is learned: the sample would be most of it."""
SAMPLE = 16
# Sites of one big file are learned together, so that it is read that much less often.
_TOGETHER = 64

PAGES = pa.schema(
    [
        ("site", pa.string()),
        ("doc_id", pa.string()),
        ("path", pa.string()),
        ("index", pa.int64()),
        ("part_start", pa.int64()),
        ("part_end", pa.int64()),
        ("part_index", pa.int64()),
    ]
)
"""One row a page whose site is known, with the part of its file that it is in."""
WRAPPERS = pa.schema([("site", pa.string()), ("wrapper", pa.large_string())])
"""One row a site whose pages could be learned from."""

# The pages that are each the first in one of SAMPLE equal stretches of their site.
_CHOOSE = f"""
    SELECT site, doc_id, path, index, part_start, part_end, part_index FROM (
        SELECT site, doc_id, path, index, part_start, part_end, part_index,
            row_number() OVER (PARTITION BY site ORDER BY doc_id) - 1 AS place,
            count(*) OVER (PARTITION BY site) AS pages
        FROM pages
    ) numbered
    WHERE pages >= {FEWEST_PAGES}
        AND (place = 0 OR floor(place * {SAMPLE}.0 / pages) > floor((place - 1) * {SAMPLE}.0 / pages))
    ORDER BY site, doc_id
"""


@dataclass(frozen=True)
class SurveyKernel(PartsKernel):
    """Names the site of each page under `root`."""

    schema = PAGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `PAGES` rows for batches of `PARTS`."""
        for batch in batches:
            rows: list[Row] = []
            for found in self.read_parts(batch, _read_pages):
                if isinstance(found, Record):  # it stands for a part that cannot be read
                    continue
                record, part = found
                # Addresses, tags and ids are ASCII in any charset but UTF-16, whose pages are few.
                site = name_site(record.payload[:HEAD].decode("latin-1"), record.metadata.url, record.path)
                if site:
                    rows.append({"site": site, "doc_id": record.id, "path": record.path, "index": record.index, **part})
            yield make_batch(rows, PAGES)


def _read_pages(file: str, row: Row, config: ReadConfig) -> Iterator[tuple[Record, Row]]:
    part = {"part_start": row["start"], "part_end": row["end"], "part_index": row["index"]}
    for record in read_part(file, row, config):
        if record.media == "page" and not record.fault:
            yield record, part


@dataclass(frozen=True)
class TeachKernel(PartsKernel):
    """Learns each site's wrapper from its sample; a row group holds whole sites."""

    schema = WRAPPERS
    isolated = True

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `WRAPPERS` rows for batches of `PAGES`."""
        wanted = [row for batch in batches for row in batch.to_pylist()]
        records = self._read(wanted)
        samples: dict[str, list[Sample]] = {}
        for row in wanted:
            record = records.pop(row["doc_id"], None)
            samples.setdefault(row["site"], []).extend(self._study(record) if record else ())
        rows = [
            {"site": site, "wrapper": wrapper.dump()}
            for site, found in samples.items()
            if (wrapper := learn_wrapper(found))
        ]
        yield make_batch(rows, WRAPPERS)

    def _read(self, rows: Sequence[Row]) -> dict[str, Record]:
        """The records of rows by their ids; each part of a file is read once, and no further than needed."""
        parts: defaultdict[tuple[str, Part], set[int]] = defaultdict(set)
        for row in rows:
            parts[row["path"], Part(row["part_start"], row["part_end"], row["part_index"])].add(row["index"])
        found: dict[str, Record] = {}
        for (path, part), indexes in parts.items():
            for record in open_records(locate(self.root, path), path, self.config.read, part):
                if record.index in indexes:
                    found[record.id] = record
                if record.index >= max(indexes):
                    break
        return found

    def _study(self, record: Record) -> Iterator[Sample]:
        try:
            with self.attend(record):
                page = load_page(record)
                tree = flatten(parse_page(page))
                article = find_article(tree, page)
        except RejectedRecordError:
            return
        if article.blocks:
            yield Sample(tree, article.blocks)


def learn_sites(stages: Stages, source: Path, tasks: Path, config: Config) -> Mapping[str, Wrapper]:
    """Return what the pages under `source` teach of each site that has enough of them.

    Args:
        stages: where the work runs.
        source: the input root.
        tasks: the stage of files.
        config: the settings.
    """
    pages = stages.map("pages", SurveyKernel(source, config), tasks)
    chosen = stages.query("sample", _CHOOSE, pages=pages)
    table = stages.read(chosen)
    if not table.num_rows:
        return {}
    wrappers = stages.map("wrappers", TeachKernel(source, config), _share_out(table, stages.scratch / "sites"))
    return {row["site"]: load_wrapper(row["wrapper"]) for row in stages.read(wrappers).to_pylist()}


def _share_out(table: pa.Table, target: Path) -> Path:
    """Write the sample as a stage with a row group for each site, or for some whose pages begin in the same file."""
    target.mkdir(exist_ok=True)
    rows: dict[str, list[Row]] = {}
    for row in table.to_pylist():
        rows.setdefault(row["site"], []).append(row)
    groups: dict[tuple[str, int], list[Row]] = {}
    sites: Counter[str] = Counter()
    for site in sorted(rows):
        pages = sorted(rows[site], key=lambda row: str(row["doc_id"]))
        path = pages[0]["path"]
        groups.setdefault((path, sites[path] // _TOGETHER), []).extend(pages)
        sites[path] += 1
    with pq.ParquetWriter(target / "part-00000.parquet", PAGES) as writer:
        for _, group in sorted(groups.items()):
            writer.write_batch(make_batch(group, PAGES))
    return target
