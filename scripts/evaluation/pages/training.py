"""`scripts/train-html`: learn which blocks are the article from the labelled pages, and write `model.json`.

Besides the pages as they are, two variants of each are learned from: one without the class names and ids of half of
its styles, and one without much of its noise. With `--folds`, each page is judged by a model that has seen no page of
its site, which is what unseen pages can expect.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from corpus_clean.repair.pages import model as models
from corpus_clean.repair.pages.align import mark_blocks, split_tokens
from corpus_clean.repair.pages.features import measure_blocks
from corpus_clean.repair.pages.regions import find_regions
from corpus_clean.repair.pages.tree import Tree, flatten, parse_page
from scripts.evaluation.pages.sets import SETS, Page

MODEL = Path(models.__file__).with_name("model.json")
ACCURACY = Path(__file__).parents[3] / "docs" / "accuracy.md"
TREES, DEPTH, RATE = 600, 4, 0.05
_SECOND_LEVEL = {"ac", "co", "com", "go", "net", "or", "org", "web"}


@dataclass(frozen=True)
class Lesson:
    """The blocks of a page: features, the share of each that is in the gold, its weight."""

    site: str
    names: list[str]
    matrix: npt.NDArray[np.float64]
    marks: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]


def name_site(page: Page) -> str:
    """Return the registered domain of a page, as far as its URL or id tells."""
    host = urlsplit(page.url).netloc
    if not host:
        found = re.match(r"daniel:\d+_(?:www\d?\.)?([^_]+)_", page.id)
        return found[1] if found else page.id
    parts = host.split(".")
    return ".".join(parts[-3 if len(parts) > 2 and parts[-2] in _SECOND_LEVEL else -2 :])


def make_lessons(page: Page) -> Iterator[Lesson]:
    """Yield what is learned from a page: itself first, then its variants."""
    tree = flatten(parse_page(page.html))
    marks = mark_blocks(tree.blocks, page.gold)
    if not marks:
        return
    site = name_site(page)
    yield _make_lesson(site, tree, marks)
    chance = random.Random(page.id)
    yield _make_lesson(site, _drop_names(tree, chance), marks)
    kept = _keep_blocks(tree, marks, chance)
    if kept:
        thinned = replace(tree, blocks=[tree.blocks[place] for place in kept])
        yield _make_lesson(site, thinned, [marks[place] for place in kept])


def _make_lesson(site: str, tree: Tree, marks: Sequence[float]) -> Lesson:
    names, matrix = measure_blocks(tree, find_regions(tree))
    weights = np.sqrt([max(1, len(split_tokens(block.text))) for block in tree.blocks])
    return Lesson(site, names, matrix, np.array(marks), weights / weights.sum())


def _drop_names(tree: Tree, chance: random.Random) -> Tree:
    dropped: dict[tuple[str, str], bool] = {}
    classes, ids, bodies = list(tree.classes), list(tree.id), list(tree.article_body)
    for place, key in enumerate(zip(tree.classes, tree.id, strict=True)):
        if any(key) and dropped.setdefault(key, chance.random() < 0.5):
            classes[place] = ids[place] = ""
            bodies[place] = False
    return replace(tree, classes=classes, id=ids, article_body=bodies)


def _keep_blocks(tree: Tree, marks: Sequence[float], chance: random.Random) -> list[int]:
    share = chance.random() / 2
    kept: dict[int, bool] = {}
    places = []
    for place, block in enumerate(tree.blocks):
        up = tree.parent[block.element]
        group = tree.parent[up] if up > 0 else up
        if marks[place] >= 0.5 or kept.setdefault(group, chance.random() < share):
            places.append(place)
    return places


def fit(lessons: Sequence[Lesson]) -> models.Model:
    """Learn a model."""
    return models.build_model(_fit_table(lessons))


def _fit_table(lessons: Sequence[Lesson]) -> dict[str, Any]:
    from catboost import CatBoostClassifier

    learner = CatBoostClassifier(
        iterations=TREES,
        depth=DEPTH,
        learning_rate=RATE,
        l2_leaf_reg=10,
        loss_function="CrossEntropy",
        rsm=0.3,
        bootstrap_type="Bernoulli",
        subsample=0.7,
        border_count=64,
        random_seed=1,
        thread_count=1,
        verbose=0,
        allow_writing_files=False,
    )
    learner.fit(
        np.concatenate([lesson.matrix for lesson in lessons]),
        np.concatenate([lesson.marks for lesson in lessons]),
        sample_weight=100 * np.concatenate([lesson.weights for lesson in lessons]),
    )
    return _export(learner, lessons[0].names)


def _export(learner: Any, names: Sequence[str]) -> dict[str, Any]:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        learner.save_model(file.name, format="json")
        saved = json.loads(Path(file.name).read_text(encoding="utf-8"))
    trees = saved["oblivious_trees"]
    for tree in trees:  # one that had nothing more to ask is made as deep as the others: asks what is never so
        missing = DEPTH - len(tree["splits"])
        tree["splits"] += [{"float_feature_index": 0, "border": 1e30}] * missing
        tree["leaf_values"] *= 1 << missing
    used = sorted({split["float_feature_index"] for tree in trees for split in tree["splits"]})
    return {
        "features": [names[index] for index in used],
        "feature": [[used.index(split["float_feature_index"]) for split in tree["splits"]] for tree in trees],
        "above": [[float(f"{split['border']:.6g}") for split in tree["splits"]] for tree in trees],
        "leaf": [[round(value, 5) for value in tree["leaf_values"]] for tree in trees],
        "bias": round(saved["scale_and_bias"][1][0], 5),
    }


def fit_folds(lessons: Sequence[Lesson], folds: int) -> dict[str, models.Model]:
    """Learn a model for each site that has seen no page of it; sites are dealt into folds."""
    sites = sorted({lesson.site for lesson in lessons})
    random.Random(0).shuffle(sites)
    found: dict[str, models.Model] = {}
    for fold in range(folds):
        held = set(sites[fold::folds])
        learned = fit([lesson for lesson in lessons if lesson.site not in held])
        found |= dict.fromkeys(sorted(held), learned)
    return found


def main() -> None:
    """Learn, and write the model; or judge by folds and print the table."""
    parser = argparse.ArgumentParser(prog="scripts/train-html", description=(__doc__ or "").strip())
    parser.add_argument("--folds", type=int, default=0, help="judge by that many folds instead of writing the model")
    parser.add_argument("--write", action="store_true", help="with --folds: replace the table in docs/accuracy.md")
    options = parser.parse_args()
    pages = [page for each in SETS for page in each.read()]
    lessons = [lesson for page in pages for lesson in make_lessons(page)]
    if options.folds:
        from scripts.bench.dedup_bench import replace_table
        from scripts.evaluation.html import report_folds

        table = report_folds(fit_folds(lessons, options.folds))
        print(table)
        if options.write:
            replace_table(ACCURACY, "html", table)
        return
    model = _fit_table(lessons)
    lines = [f"  {json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in model.items()]
    MODEL.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
