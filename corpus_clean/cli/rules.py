"""`corpus-clean rules`: the rule packs, listed, shown, tested, and learned."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corpus_clean.cli.options import AsJson, ConfigFile, Quiet, RulePacks, Source, TextField, Workers

if TYPE_CHECKING:
    from corpus_clean.rules.learn import Learned

rules = typer.Typer(
    help="Look at the noise rules, test them, and learn new ones.", no_args_is_help=True, rich_markup_mode=None
)


@rules.command("list")
def list_rules(
    packs: RulePacks = None,
    portal: Annotated[str | None, typer.Option(help="Only the rules of this portal.", metavar="KEY")] = None,
    json: AsJson = False,
) -> None:
    """List every rule: its id, action, safety, and what it does."""
    from corpus_clean.rules.pack import load_packs

    chosen = [pack for pack in load_packs(packs or ()) if portal is None or portal in pack.portals]
    if json:
        from json import dumps

        print(dumps([asdict(rule) for pack in chosen for rule in pack.rules], ensure_ascii=False, indent=1))
        return
    for pack in chosen:
        print(f"{pack.id} v{pack.version}  {pack.what}")
        for rule in pack.rules:
            print(f"  {rule.id:<44} {rule.action:<8} {rule.safety:<7} {rule.what}")


@rules.command("show")
def show_rule(
    rule_id: Annotated[str, typer.Argument(help="As `rules list` and the ledger name it.", metavar="RULE")],
    packs: RulePacks = None,
) -> None:
    """Show one rule: what it does, why, its pattern and its examples."""
    import difflib

    from corpus_clean.errors import UsageError
    from corpus_clean.rules.pack import load_packs

    known = {rule.id: rule for pack in load_packs(packs or ()) for rule in pack.rules}
    if rule_id not in known:
        near = difflib.get_close_matches(rule_id, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "see corpus-clean rules list"
        raise UsageError(f"{rule_id}: no such rule; {hint}")
    rule = known[rule_id]
    print(f"{rule.id} v{rule.version}  ({rule.scope}, {rule.action}, {rule.safety}, confidence {rule.confidence})")
    print(f"what   {rule.what}\nwhy    {rule.why}\nmatch  {rule.match}")
    for title, examples in (("remove", rule.examples.remove), ("keep", rule.examples.keep)):
        for example in examples:
            print(f"{title:<6} {example!r}")
    for document in rule.examples.documents:
        print(f"in     {document.before!r}\nout    {document.after!r}")


@rules.command("test")
def check_examples(packs: RulePacks = None) -> None:
    """Run the examples of every pack, and each pack's `keep` examples against all others."""
    from corpus_clean.rules.examples import check_pack
    from corpus_clean.rules.pack import load_packs

    loaded = load_packs(packs or ())
    failures = [failure for pack in loaded for failure in check_pack(pack, loaded)]
    for failure in failures:
        print(failure)
    count = sum(len(pack.rules) for pack in loaded)
    result = f"{len(failures)} examples fail" if failures else "all examples hold"
    print(f"{len(loaded)} packs, {count} rules: {result}")
    if failures:
        raise typer.Exit(1)


@rules.command("learn")
def learn(
    path: Source,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Write a draft: a .toml file, or a folder with a pack a portal.", metavar="DRAFT"
        ),
    ] = None,
    min_documents: Annotated[
        int | None,
        typer.Option(
            help="How many distinct documents of a portal must have it. [default: 2, or 1 in 1,000]",
            metavar="N",
            min=2,
        ),
    ] = None,
    most: Annotated[int, typer.Option(help="At most this many proposals a portal.", metavar="N", min=1)] = 100,
    packs: RulePacks = None,
    text_field: TextField = None,
    workers: Workers = None,
    config: ConfigFile = None,
    json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Find what recurs on a portal and looks like noise that no rule knows; nothing is applied.

    PATH may be what `run` wrote: that a passage is boilerplate there speaks for a proposal.
    """
    from corpus_clean.cli.places import open_source
    from corpus_clean.cli.progress import show_progress
    from corpus_clean.config import load_config
    from corpus_clean.pipeline.learn import learn_rules, require_new, write_drafts

    if out is not None:
        require_new(out)
    settings = load_config(
        file=config,
        flags={
            "read": {"text_fields": text_field or None},
            "rules": {"packs": packs or None},
            "quotes": {"enabled": False},
            "engine": {"workers": workers},
        },
    )
    with open_source(path) as source, show_progress(not quiet) as notice:
        learned = learn_rules(source, settings, notice, min_documents=min_documents or 0, most=most)
    if json:
        from json import dumps

        print(dumps(asdict(learned), ensure_ascii=False, indent=1))
    elif not quiet:
        _print_learned(learned)
    for draft in write_drafts(learned, out, settings) if out is not None else ():
        failed = f"; {draft.failing} left out, whose pattern does not do what it should" if draft.failing else ""
        print(f"{draft.path}: {draft.rules} rules to read{failed}", file=sys.stderr)


def _print_learned(learned: "Learned") -> None:
    for proposal in learned.proposals:
        evidence = proposal.evidence
        where = f"{evidence.documents} of {evidence.of_documents} documents"
        print(f"{proposal.score:4.1f}  {proposal.portal or '-'}  {where}  {proposal.kind}  {proposal.template}")
        print(f"      {'; '.join(proposal.reasons)}")
        for context in proposal.contexts:
            print(f"      {context.doc_id}: {context.show()}")
    count = len(learned.proposals)
    print(f"{count} proposal{'' if count == 1 else 's'} from {sum(learned.documents.values()):,} distinct documents")
    for reason, number in learned.left_out.items():
        print(f"  left out: {number:,} {reason}")
