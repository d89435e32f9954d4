"""From a folder to proposals for rules: clean, group by portal, leave copies out, mine what is left."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa

from corpus_clean.config import Config
from corpus_clean.dedup.keeper import Candidate, assign_keepers
from corpus_clean.errors import UsageError
from corpus_clean.pipeline.clean import CleanKernel, load_rules
from corpus_clean.pipeline.compare import choose_signing, compare
from corpus_clean.pipeline.inputs import find_earlier_inputs, find_inputs
from corpus_clean.pipeline.plan import plan_tasks
from corpus_clean.pipeline.segments import SegmentKernel
from corpus_clean.pipeline.stages import Notice, Stages, open_stages
from corpus_clean.pipeline.standing import is_run, read_boilerplate, read_portals
from corpus_clean.pipeline.tables import CLEANED, FACTS, Row, make_batch
from corpus_clean.rules.apply import apply_rules
from corpus_clean.rules.draft import write_draft
from corpus_clean.rules.examples import check_pack
from corpus_clean.rules.learn import Learned, Proposal, learn
from corpus_clean.rules.pack import load_packs
from corpus_clean.rules.recurrence import Lesson
from corpus_clean.rules.rule import Pack
from corpus_clean.storage.parts import read_batches
from corpus_clean.types import Document

LESSONS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("portal", pa.string()),
        ("text", pa.large_string()),
        ("known", pa.list_(pa.int64())),
    ]
)
"""One row a document. `known` are starts and ends, in turn, of what some rule flags in the clean text."""

# A shorter part of a host name is too often a word of the language: antara, suara, tempo, merdeka.
_TELLING = 8
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gov", "my", "net", "or", "org", "web"})

_NO_FACTS = pa.schema([CLEANED.field(name) for name in FACTS]).empty_table()


@dataclass(frozen=True)
class LessonKernel:
    """Keeps of cleaned records what learning needs, and names the portal of those that no pack knows."""

    schema = LESSONS

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield `LESSONS` rows for batches of `CLEANED`; rejected records have none."""
        columns = ["doc_id", "path", "portal", "url", "site", "text", "edits"]
        for batch in batches:
            rows = (row for row in batch.select(columns).to_pylist() if row["text"] is not None)
            yield make_batch([_lesson_row(row) for row in rows], LESSONS)


def _lesson_row(row: Row) -> Row:
    portal = row["portal"] or find_site(row["url"] or "", row["site"] or "", row["path"])
    return {"doc_id": row["doc_id"], "portal": portal, "text": row["text"], "known": _flagged(row["edits"])}


def find_site(url: str, site: str, path: str) -> str:
    """Name where a document of no known portal comes from: its host, else its site, else its folder, else "".

    Example:
        >>> find_site("https://bola.wartamuara.co.id/1", "", "a.txt"), find_site("", "", "muara/2024/a.txt")
        ('wartamuara.co.id', 'muara')
    """
    parts = urlsplit(url).netloc.lower().partition(":")[0].split(".")
    if len(parts) >= 2:
        kept = 3 if len(parts) > 2 and parts[-2] in _SECOND_LEVEL else 2
        return ".".join(parts[-kept:])
    folder, _, name = path.partition("/")
    return site.strip().lower() or (folder.lower() if name else "")


def _flagged(edits: Sequence[Row]) -> list[int]:
    """Where the flags of the rules stage stand in its output."""
    found: list[int] = []
    moved = 0
    for edit in edits:
        if edit["stage"] != "rules":
            continue
        if edit["action"] == "flag":
            found += [edit["start"] + moved, edit["end"] + moved]
        else:
            moved += len(edit["after"]) - len(edit["before"])
    return found


def learn_rules(
    source: Path, config: Config, notice: Notice = lambda *_: None, *, min_documents: int = 0, most: int = 100
) -> Learned:
    """Mine a folder (or one file) for noise that no rule in use removes or flags.

    Of a finished run, what it wrote is mined; it says whose each document is, and which passages are boilerplate.

    Raises:
        UsageError: `source` is missing or holds nothing to read, or is a run that wrote no texts.
        IntegrityError: the run's manifest is not as it was written.
    """
    of_run = is_run(source)
    inputs = find_earlier_inputs(source) if of_run else find_inputs(source)
    portal_of = read_portals(source, find_site) if of_run else {}
    boilerplate = read_boilerplate(source) if of_run else {}
    packs = load_rules(config).packs  # a faulty pack is reported before any work
    with tempfile.TemporaryDirectory(prefix="corpus-clean-") as folder:
        with open_stages(replace(config.engine, work=""), Path(folder, "stages"), notice) as stages:
            _, tasks = plan_tasks(stages, inputs, config.read)
            cleaned = stages.map("cleaned", CleanKernel(inputs.root, config), tasks)
            lessons = stages.map("lessons", LessonKernel(), cleaned)
            portals, copies = _find_copies(stages, lessons, portal_of, config, inputs.bytes)
        notice("learn", 0, 1)
        learned = learn(
            lambda: _read(lessons, portal_of, copies),
            min_documents=min_documents,
            outlets=_name_outlets(packs, portals),
            most=most,
            boilerplate=boilerplate,
        )
        notice("learn", 1, 1)
        return learned


def _find_copies(
    stages: Stages, lessons: Path, portal_of: Mapping[str, str], config: Config, size: int
) -> tuple[set[str], frozenset[str]]:
    """The portals, and the documents that resemble another one of their portal, of which the longest stays."""
    sizes: dict[str, tuple[str, int]] = {}
    for batch in read_batches(lessons):
        for row in batch.to_pylist():
            sizes[row["doc_id"]] = portal_of.get(row["doc_id"], row["portal"]), len(row["text"])
    alike: dict[tuple[str, str], float] = {}
    signing = choose_signing(config, size)
    alone = replace(config, dedup=replace(config.dedup, passage_min_words=0))
    segments = stages.map("segments", SegmentKernel(alone, signing), lessons)
    for edge in compare(stages, [segments], _NO_FACTS, config, signing).to_pylist():
        left, right = edge["left_doc_id"], edge["right_doc_id"]
        if sizes[left][0] == sizes[right][0]:
            alike[left, right] = edge["jaccard"]
    candidates = (Candidate(doc_id, length) for doc_id, (_, length) in sizes.items())
    groups = assign_keepers(candidates, alike, "longest")
    return {portal for portal, _ in sizes.values()}, frozenset(copy for copies in groups.values() for copy in copies)


def _read(lessons: Path, portal_of: Mapping[str, str], copies: frozenset[str]) -> Iterator[Lesson]:
    for batch in read_batches(lessons, rows=1024):
        for row in batch.to_pylist():
            if row["doc_id"] not in copies:
                ends = iter(row["known"])
                portal = portal_of.get(row["doc_id"], row["portal"])
                yield Lesson(row["doc_id"], portal, row["text"], tuple(zip(ends, ends, strict=True)))


def _name_outlets(packs: Sequence[Pack], portals: Iterable[str]) -> dict[str, frozenset[str]]:
    """What each portal calls itself, in lower case: its names and hosts, and the first part of them where it tells."""
    names = {portal: {portal} for portal in portals}
    for pack in packs:
        for portal in pack.portals:
            names.setdefault(portal, set()).update(map(str.lower, (*pack.detect.names, *pack.detect.hosts)))
    return {portal: frozenset(part for name in own for part in _tell_apart(name)) for portal, own in names.items()}


def _tell_apart(name: str) -> Iterator[str]:
    if "." in name:
        yield name
    first = name.partition(".")[0]
    if len(first) >= _TELLING:
        yield first


@dataclass(frozen=True, slots=True)
class Draft:
    """A pack that was written: how many rules it has, and how many were left out since their examples failed."""

    path: Path
    rules: int
    failing: int


def require_new(out: Path) -> None:
    """Refuse to write over something.

    Raises:
        UsageError: `out` exists.
    """
    if out.exists():
        raise UsageError(f"{out}: already exists; choose another name with --out, or move it away")


def write_drafts(learned: Learned, out: Path, config: Config) -> list[Draft]:
    """Write the proposals as draft packs, each checked with the packs in use.

    An `out` that ends in `.toml` is one pack: that of the one portal, or, where there are several, one for all
    documents. Any other `out` is a folder with a pack for each portal.

    Raises:
        UsageError: `out` exists.
    """
    require_new(out)
    by_portal: dict[str, list[Proposal]] = {}
    for proposal in learned.proposals:
        by_portal.setdefault(proposal.portal, []).append(proposal)
    if out.suffix == ".toml":
        if len(by_portal) == 1:
            [(portal, proposals)] = by_portal.items()
            return [_write(out, portal, proposals, config)]
        return [_write(out, "", _drop_repeats(learned.proposals), config)]
    out.mkdir(parents=True)
    return [_write(out / f"{_slug(portal)}.toml", portal, found, config) for portal, found in sorted(by_portal.items())]


def _drop_repeats(proposals: Sequence[Proposal]) -> list[Proposal]:
    seen: dict[str, Proposal] = {}
    for proposal in proposals:
        seen.setdefault(proposal.template, proposal)
    return list(seen.values())


def _slug(portal: str) -> str:
    return "".join(char if char.isalnum() else "-" for char in portal).strip("-") or "all"


def _write(path: Path, portal: str, proposals: Sequence[Proposal], config: Config) -> Draft:
    """Write a pack and take out the rules whose own examples fail."""
    known = {key for pack in load_packs(config.rules.packs) for key in pack.portals}
    hosts = [portal] if "." in portal and portal not in known else []
    pack_id = f"draft/{_slug(portal)}"
    rules = load_rules(config)

    def spares(text: str) -> bool:
        return not apply_rules(Document("example", text, portal=portal), rules).edits

    kept = list(proposals)
    with tempfile.TemporaryDirectory(prefix="corpus-clean-") as folder:
        trial = Path(folder, "draft.toml")
        while True:
            text = write_draft(pack_id, kept, portal=portal, hosts=hosts, spares=spares)
            trial.write_text(text, encoding="utf-8")
            packs = load_packs([*config.rules.packs, trial])
            [own] = [pack for pack in packs if pack.id == pack_id]
            failing = {failure.partition(":")[0] for failure in check_pack(own, packs)}
            if not failing:
                break
            kept = [proposal for proposal, rule in zip(kept, own.rules, strict=True) if rule.id not in failing]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Draft(path, len(kept), len(proposals) - len(kept))
