"""Learn the templates of sites before cleaning: which pages are of one site, and what a sample of each teaches.

The sample is spread over a site's pages in the order of their ids: what is learned depends on the pages alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from corpus_clean.config import Config
from corpus_clean.errors import RejectedRecordError
from corpus_clean.pipeline.clean import load_page, read_records
from corpus_clean.pipeline.stages import Stages
from corpus_clean.pipeline.tables import Row, make_batch
from corpus_clean.repair.pages.article import find_article
from corpus_clean.repair.pages.site import HEAD, name_site
from corpus_clean.repair.pages.teaching import Sample, learn_wrapper
from corpus_clean.repair.pages.tree import flatten, parse_page
from corpus_clean.repair.pages.wrapper import Wrapper, load_wrapper

FEWEST_PAGES = 20
"""Of a site with fewer pages nothing is learned: the sample would be most of it."""
SAMPLE = 16

PAGES = pa.schema([("site", pa.string()), ("doc_id", pa.string()), ("path", pa.string()), ("index", pa.int64())])
"""One row a page whose site is known."""
WRAPPERS = pa.schema([("site", pa.string()), ("wrapper", pa.large_string())])
"""One row a site whose pages could be learned from."""

# The pages that are each the first in one of SAMPLE equal stretches of their site.
_CHOOSE = f"""
    SELECT site, doc_id, path, index FROM (
        SELECT site, doc_id, path, index,
            row_number() OVER (PARTITION BY site ORDER BY doc_id) - 1 AS place,
            count(*) OVER (PARTITION BY site) AS pages
        FROM pages
    ) numbered
    WHERE pages >= {FEWEST_PAGES}
        AND (place = 0 OR floor(place * {SAMPLE}.0 / pages) > floor((place - 1) * {SAMPLE}.0 / pages))
    ORDER BY site, doc_id
"""


@dataclass(frozen=True)
class SurveyKernel:
    """Names the site of each page under `root`."""

    root: Path
    config: Config

    schema = PAGES

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `PAGES` rows for batches of `FILES`."""
        for batch in batches:
            rows: list[Row] = []
            for path in batch.column("path").to_pylist():
                for record in read_records(self.root, path, self.config.read):
                    if record.format != "html" or record.fault:
                        continue
                    # Addresses, tags and ids are ASCII in any charset but UTF-16, whose pages are few.
                    site = name_site(record.payload[:HEAD].decode("latin-1"), record.metadata.url, record.path)
                    if site:
                        rows.append({"site": site, "doc_id": record.id, "path": record.path, "index": record.index})
            yield make_batch(rows, PAGES)


@dataclass(frozen=True)
class TeachKernel:
    """Learns each site's wrapper from its sample; a row group holds whole sites."""

    root: Path
    config: Config

    schema = WRAPPERS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `WRAPPERS` rows for batches of `PAGES`."""
        samples: dict[str, list[Sample]] = {}
        for batch in batches:
            for row in batch.to_pylist():
                samples.setdefault(row["site"], []).extend(self._read(row))
        rows = [
            {"site": site, "wrapper": wrapper.dump()}
            for site, found in samples.items()
            if (wrapper := learn_wrapper(found))
        ]
        yield make_batch(rows, WRAPPERS)

    def _read(self, row: Row) -> Iterator[Sample]:
        for record in read_records(self.root, row["path"], self.config.read):
            if record.index != row["index"]:
                continue
            try:
                page = load_page(record)
            except RejectedRecordError:
                return
            tree = flatten(parse_page(page))
            article = find_article(tree, page)
            if article.blocks:
                yield Sample(tree, article.blocks)
            return


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
    """Write the sample as a stage with a row group for each site."""
    target.mkdir(exist_ok=True)
    rows: dict[str, list[Row]] = {}
    for row in table.to_pylist():
        rows.setdefault(row["site"], []).append(row)
    with pq.ParquetWriter(target / "part-00000.parquet", PAGES) as writer:
        for site in sorted(rows):
            writer.write_batch(make_batch(sorted(rows[site], key=lambda row: str(row["doc_id"])), PAGES))
    return target
