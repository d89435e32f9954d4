"""The reports of a run: its tables, and the texts that they speak of."""

from collections.abc import Collection, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from corpus_clean.config import Config, describe_config
from corpus_clean.pipeline.describe import describe_rules
from corpus_clean.pipeline.manifest import read_manifest, read_settings
from corpus_clean.pipeline.texts import RunTexts
from corpus_clean.reports.html import NAME, Origin, draw_page, render_html
from corpus_clean.reports.model import build_report, sum_up, write_report
from corpus_clean.reports.tables import open_tables
from corpus_clean.storage.streams import write_file


def write_page(build: Path, config: Config) -> None:
    """Write `report.json` and `report.html` of a run that is being built."""
    origin = Origin(
        describe_config(config),
        describe_rules(config.rules.packs),
        RunTexts(build, config.read),
        version("corpus-clean"),
    )
    with open_tables(build) as tables:
        report = sum_up(tables, build, origin.texts, config.dedup)
        write_report(build, report)
        write_file(build / NAME, draw_page(tables, report, origin).encode())


def render_page(out: Path) -> str:
    """Return the HTML report of a published run, rendered anew; nothing of it is taken from the old ones."""
    origin = _read_origin(out)
    return render_html(out, build_report(out, origin.texts, origin.dedup), origin)


def _read_origin(out: Path) -> Origin:
    manifest = read_manifest(out)
    settings = manifest["config"]
    read = read_settings(manifest)
    texts = RunTexts(out, read) if (out / "ledger").is_dir() else _no_texts
    return Origin(settings, describe_rules(settings["rules"]["packs"]), texts, manifest["corpus-clean"])


def _no_texts(_: Collection[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """De-duplication alone writes no texts."""
    return iter(())
