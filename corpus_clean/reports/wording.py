"""Two wordings of one quote: what was added, dropped and swapped."""

from rich.text import Text

from corpus_clean.quotes.align import align_words


def mark_differences(reference: str, variant: str, *, plain: bool = False) -> Text:
    """Return the variant with its differences from the reference marked.

    On a terminal added words are bold and dropped ones struck through; `plain` writes `{+added+}` and `[-dropped-]` as
    wdiff does. What the variant leaves out at either end is an ellipsis: it quotes less, it does not reword.

    Example:
        >>> mark_differences("Ia telah tewas di sana kemarin", "telah terbunuh di sana", plain=True).plain
        '… telah [-tewas-] {+terbunuh+} di sana …'
    """
    runs = align_words(reference, variant)
    pieces: list[Text] = []
    for place, run in enumerate(runs):
        dropped = run.left if run.change in {"dropped", "swapped"} else ()
        if dropped and run.change == "dropped" and place in {0, len(runs) - 1}:
            pieces.append(Text("…", style="dim"))
        elif dropped:
            words = " ".join(dropped)
            pieces.append(Text(f"[-{words}-]") if plain else Text(words, style="strike dim"))
        if run.right:
            words = " ".join(run.right)
            added = run.change != "kept"
            pieces.append(Text(f"{{+{words}+}}") if added and plain else Text(words, style="bold" if added else ""))
    return Text(" ").join(pieces)
