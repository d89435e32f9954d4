"""`corpus-clean rules`: the rule packs, listed, shown and tested."""

from dataclasses import asdict
from typing import Annotated

import typer

from corpus_clean.cli.options import AsJson, RulePacks

rules = typer.Typer(help="Look at the noise rules, and test them.", no_args_is_help=True, rich_markup_mode=None)


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
