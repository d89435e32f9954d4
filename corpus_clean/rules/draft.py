"""From proposals to a draft pack: TOML that loads, with the evidence as comments for the person who decides."""

import json
from collections.abc import Callable, Iterable, Sequence

import regex

from corpus_clean.rules.generalize import count_literal, make_pattern
from corpus_clean.rules.learn import Proposal
from corpus_clean.rules.recurrence import LINE_JOINT

DELETE_FROM = 3.5
_LOOSE = r"[ .!…:|–—*-]*"
_JOINT = r"[\s.!…:|–—*-]+"
_SLUG = regex.compile(r"[^a-z0-9]+")
# Near misses: the words quoted in a sentence, half of them, and a last one that every rule spares.
_KEEPS = (
    "Menurut laporan itu, tulisan “{}” masih terbaca di papan lama.",
    "Laporan itu menyebut {} pada halaman lama.",
    "Warga desa itu menanam bibit mangrove di sepanjang muara.",
)


def write_draft(
    pack_id: str,
    proposals: Sequence[Proposal],
    *,
    portal: str = "",
    hosts: Iterable[str] = (),
    spares: Callable[[str], bool] = lambda _: True,
) -> str:
    """Return the draft pack as TOML.

    Args:
        pack_id: `<folder>/<name>`.
        proposals: what it is to hold, the best first.
        portal: the portal whose documents the rules apply to; without it they apply to all.
        hosts: host names that give the portal away, for a portal that no pack knows.
        spares: tells of a text whether the packs in use leave it alone, so that it can be a `keep` example.

    Example:
        >>> write_draft("draft/muara", [], portal="muara").splitlines()[4:6]
        ['[pack]', 'id = "draft/muara"']
    """
    lines = [
        "# A draft made by `corpus-clean rules learn`: what recurs in this corpus and looks like noise. Read each",
        "# rule, correct or strike it, say in `why` what you know, and set `safety` to safe where you are sure.",
        "# The examples are lines of the corpus: put your own words in their place before you share the pack.",
        "",
        "[pack]",
        f"id = {_quote(pack_id)}",
        'version = "0.1.0"',
        f"what = {_quote(f'Draft of rules for {portal}' if portal else 'Draft of rules')}",
    ]
    if portal:
        lines.append(f"portals = [{_quote(portal)}]")
    if known := sorted(hosts):
        lines += ["", "[detect]", f"hosts = [{', '.join(map(_quote, known))}]"]
    taken: set[str] = set()
    for proposal in proposals:
        lines += ["", *_write_rule(proposal, _name(proposal, taken), spares)]
    return "\n".join(lines) + "\n"


def _write_rule(proposal: Proposal, name: str, spares: Callable[[str], bool]) -> list[str]:
    evidence = proposal.evidence
    # Names as holes fit more than what was seen: a person first.
    delete = proposal.score >= DELETE_FROM and "{name}" not in proposal.template
    rule = [
        f"# {evidence.documents} of {evidence.of_documents} documents of {proposal.portal or 'the corpus'}, "
        f"{evidence.occurrences} times; usefulness {proposal.score:.1f}",
        f"#   {_printable('; '.join(proposal.reasons))}",
        *(f"# in {_printable(f'{context.doc_id}: {context.show()}')}" for context in proposal.contexts),
        "[[rule]]",
        f"id = {_quote(name)}",
        f"what = {_quote('Recurring: ' + proposal.template)}",
        f'why = "It recurs in {evidence.documents} distinct documents; say here why it is no reporting."',
        f'scope = "{_scope(proposal)}"',
        f'action = "{"delete" if delete else "flag"}"',
        'safety = "review"',
        f"confidence = {min(0.95, 0.5 + proposal.score / 15):.2f}",
        f"match = {_quote(_pattern(proposal))}",
    ]
    rule += _bounds(proposal)
    remove = ", ".join(_quote(text) for text in proposal.texts)
    rule += ["[rule.examples]", f"remove = [{remove}]", f"keep = [{_quote(_near_miss(proposal, spares))}]"]
    return rule


def _scope(proposal: Proposal) -> str:
    return {"line": "line", "label": "line", "sentence": "inline", "run": "frame"}[proposal.kind]


def _pattern(proposal: Proposal) -> str:
    if proposal.kind == "run":
        parts = [make_pattern(part) for part in proposal.template.split(LINE_JOINT)]
        return rf"^{_JOINT.join(parts)}{_LOOSE}$"
    pattern = make_pattern(proposal.template)
    if proposal.kind == "label":
        return pattern
    if proposal.kind == "sentence":
        return rf"{{start}}{pattern}[.!…:]*(?-i:(?!\p{{Ll}}))"
    return pattern + _LOOSE


def _bounds(proposal: Proposal) -> list[str]:
    """Where it always stands in the same part of the page, the rule looks only there."""
    evidence = proposal.evidence
    bounds = []
    lines = proposal.template.count(LINE_JOINT) + 1
    if proposal.kind == "run":
        bounds.append(f"lines = {2 * lines}")
    if proposal.kind in {"line", "run"}:
        if evidence.last >= 0.95:
            bounds.append(f"last = {lines + 2}")
        elif evidence.first >= 0.95:
            bounds.append("first = 3")
    if proposal.kind == "line" and count_literal(proposal.template) < 5:
        bounds.append(f"longest = {max(map(len, proposal.texts)) + 40}")
    return bounds


def _near_miss(proposal: Proposal, spares: Callable[[str], bool]) -> str:
    text = " ".join(proposal.texts[0].split())
    words = text.split()
    half = " ".join(words[: len(words) // 2]).lower().strip(" .:!…()[]")
    candidates = [_KEEPS[0].format(text), _KEEPS[1].format(half), _KEEPS[2]]
    # A pattern for sentences would find the quoted words; only half of them is a miss there.
    usable = candidates[1 if proposal.kind == "sentence" or not half else 0 :]
    return next((candidate for candidate in usable if spares(candidate)), _KEEPS[2])


def _name(proposal: Proposal, taken: set[str]) -> str:
    words = _SLUG.sub(" ", regex.sub(r"\{[a-z]+\}", " ", proposal.template)).split()
    stem = "-".join(words[:5])[:48].strip("-") or proposal.kind
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    taken.add(name)
    return name


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _quote(text: str) -> str:
    """A TOML string: literal where that is possible, which keeps patterns readable."""
    if "'" not in text and "\\" in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
