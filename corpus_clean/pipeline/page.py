"""The HTML report of a run: its tables, and the texts that they speak of."""

import functools
from importlib.metadata import version
from pathlib import Path

from corpus_clean.config import Config, ReadConfig, describe_config
from corpus_clean.pipeline.describe import describe_rules
from corpus_clean.pipeline.manifest import read_manifest
from corpus_clean.pipeline.texts import read_texts
from corpus_clean.reports.html import render_html
from corpus_clean.reports.html import write_html as write_html_report


def write_page(build: Path, config: Config) -> None:
    """Write `report.html` of a run that is being built."""
    write_html_report(
        build,
        settings=describe_config(config),
        descriptions=describe_rules(config.rules.packs),
        texts=functools.partial(read_texts, build, config.read),
        version=version("corpus-clean"),
    )


def render_page(out: Path) -> str:
    """Return the HTML report of a published run, rendered anew."""
    manifest = read_manifest(out)
    settings = manifest["config"]
    return render_html(
        out,
        settings=settings,
        descriptions=describe_rules(settings["rules"]["packs"]),
        texts=functools.partial(read_texts, out, ReadConfig(text_fields=tuple(settings["read"]["text_fields"]))),
        version=manifest["corpus-clean"],
    )
