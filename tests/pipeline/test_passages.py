"""Repeated passages are labelled by what they say of their documents."""

from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

from corpus_clean.config import Config, EngineConfig, QuotesConfig
from corpus_clean.pipeline.run import run
from tests.pipeline.test_dedup import make_text

CONFIG = Config(quotes=QuotesConfig(enabled=False), engine=EngineConfig(workers=1))
FOOTER = (
    "Lembar sejarah pelabuhan ini disusun kembali oleh pengurus arsip desa dari catatan lama para nelayan, pedagang, "
    "dan juru tulis yang pernah singgah di sini, dan boleh dibaca siapa saja di balai desa pada setiap hari pasar."
)


def test_links_are_flagged(tmp_path: Path) -> None:
    part = [make_text(n, 40) for n in range(60)]
    articles = {
        "story": part[0:6],
        "reprint": [*part[0:5], part[6]],
        "update": [*part[0:4], *part[7:10]],
        "excerpt": part[0:2],
        "background": [part[0], *part[10:16]],
        **{f"portal-{n}": [*part[20 + 5 * n : 25 + 5 * n], FOOTER] for n in range(6)},
    }
    folder = tmp_path / "kantor"
    folder.mkdir()
    for name, paragraphs in articles.items():
        (folder / f"{name}.txt").write_text("\n".join(paragraphs) + "\n", encoding="utf-8")
    run(tmp_path, tmp_path.with_name("out"), CONFIG)
    labels = defaultdict(set)
    for row in pq.read_table(tmp_path.with_name("out") / "links.parquet").to_pylist():
        assert bool(row["flags"]) == (row["level"] == "passage")
        names = frozenset(Path(row[side]).stem for side in ("doc_a", "doc_b"))
        labels[names].update(row["flags"])
    assert labels[frozenset({"story", "reprint"})] == {"reprint"}
    assert labels[frozenset({"story", "update"})] == {"update"}
    assert labels[frozenset({"story", "excerpt"})] == {"excerpt"}
    assert labels[frozenset({"story", "background"})] == {"shared"}
    standing = [found for names, found in labels.items() if all(name.startswith("portal-") for name in names)]
    assert len(standing) >= 5
    assert all(found == {"boilerplate"} for found in standing)
