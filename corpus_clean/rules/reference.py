"""The rule reference: every rule of the packs in its own words, as Markdown."""

import html
from collections.abc import Iterator, Sequence

import regex

from corpus_clean.rules.rule import Pack, Rule

_SHOWN = 2
_HEAD = """\
# Rule reference

Every rule that is shipped: {packs} packs, {rules} rules. This page is made from the packs by `scripts/document`;
[Noise rules](rules.md) tells how they work and how to write one. `corpus-clean rules show RULE` prints a rule with
its pattern.

| pack | for | languages | rules |
|---|---|---|---|
"""
_REPEATED = regex.compile(r"`+")


def write_reference(packs: Sequence[Pack]) -> str:
    """Return the reference of these packs as Markdown.

    Example:
        >>> from corpus_clean.rules.pack import load_packs
        >>> write_reference(load_packs()).splitlines()[0]
        '# Rule reference'
    """
    rows = [
        f"| [{pack.id}](#{_anchor(pack.id)}) | {_cell(pack.what)} | {', '.join(pack.languages)} | {len(pack.rules)} |\n"
        for pack in packs
    ]
    head = _HEAD.format(packs=len(packs), rules=sum(len(pack.rules) for pack in packs))
    return head + "".join(rows) + "".join(part for pack in packs for part in _describe_pack(pack))


def _describe_pack(pack: Pack) -> Iterator[str]:
    yield f"\n## {pack.id}\n\n{pack.what}. Version {pack.version}"
    yield f"; applies to documents of {', '.join(pack.portals)}.\n" if pack.portals else "; applies to all documents.\n"
    for rule in pack.rules:
        yield _describe_rule(rule)


def _describe_rule(rule: Rule) -> str:
    facts = [rule.action, rule.scope, rule.safety, f"confidence {rule.confidence:g}"]
    if rule.valid_from or rule.valid_until:
        facts.append(f"{rule.valid_from or '…'} to {rule.valid_until or '…'}")
    lines = [f"\n### {rule.id}\n", f"{_sentence(rule.what)} ({', '.join(facts)})\n", f"*Why:* {_sentence(rule.why)}\n"]
    taken = [(_code(example), "") for example in rule.examples.remove[:_SHOWN]]
    if not taken:
        taken = [(_code(text.before), f" becomes {_code(text.after)}") for text in rule.examples.documents[:1]]
    verb = {"keep": "protects", "flag": "flags"}.get(rule.action, "removes")
    lines += [f"- {verb} {example}{result}" for example, result in taken if not result]
    lines += [f"- {example}{result}" for example, result in taken if result]
    lines += [f"- keeps {_code(example)}" for example in rule.examples.keep[:_SHOWN]]
    return "\n".join(lines) + "\n"


def _anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return regex.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?", "…", "`")) else f"{text}."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code(text: str) -> str:
    """A code span, whatever is in the text; what would be a link elsewhere is spelt out for link checkers."""
    shown = text.replace("\n", " ⏎ ")
    if "](" in shown:
        return f"<code>{html.escape(shown, quote=False).replace(']', '&#93;')}</code>"
    fence = "`" * (max((len(run) for run in _REPEATED.findall(shown)), default=0) + 1)
    pad = " " if shown[:1] in {"`", " "} or shown[-1:] in {"`", " "} else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown.strip() else '""'
