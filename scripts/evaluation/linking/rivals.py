"""Published rules for what is one quote, written again for the comparison; they all get the same spans and speakers.

- Quootstrap (Pavllo et al. 2018): two quotations that share any run of ten words are one.
- MemeTracker (Leskovec et al. 2009): a phrase belongs to a longer one if it is at most one word away from a part of it,
  or if the two share a run of ten words.
- passim (Smith et al. 2014; version 2), its pairwise stage with default thresholds: five shared runs of 25 characters,
  then an alignment with fifty and more characters in common.
- Containment: the prototype of this project, without formulas, conflicts, vocabulary, or sentences as units.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from rapidfuzz.distance import Levenshtein

from corpus_clean.config import QuotesConfig
from corpus_clean.quotes.compare import make_link, match_texts, threshold
from corpus_clean.quotes.fold import fold_text
from corpus_clean.quotes.identity import Affiliations, match_speakers
from corpus_clean.quotes.link import link_quotes
from corpus_clean.quotes.spans import Reading
from corpus_clean.similarity.shingle import shingle_characters, shingle_words
from corpus_clean.types import Link, Quote

Linker = Callable[[Mapping[str, Reading]], list[Link]]
Rule = Callable[[str, str], bool]

_RUN = 10
_SHORTEST_PHRASE = 4
_PASSIM_GRAM, _PASSIM_SHARED, _PASSIM_ALIGNED = 25, 5, 50
_CONTEXT = 0.45


def link_like_ours(readings: Mapping[str, Reading]) -> list[Link]:
    """Link as the package does."""
    return link_quotes(readings, QuotesConfig())


def is_quootstrap(left: str, right: str) -> bool:
    """Whether two folded texts share ten words in a row."""
    return not shingle_words(left, _RUN).isdisjoint(shingle_words(right, _RUN))


def is_memetracker(left: str, right: str) -> bool:
    """Whether the shorter text is one word or less away from a part of the longer, or ten words in a row are shared."""
    a, b = sorted((left.split(), right.split()), key=len)
    if len(a) < _SHORTEST_PHRASE:
        return False
    windows = (b[start : start + width] for width in {len(a) - 1, len(a), len(a) + 1} for start in range(len(b)))
    return is_quootstrap(left, right) or any(Levenshtein.distance(a, window, score_cutoff=1) <= 1 for window in windows)


def is_passim(left: str, right: str) -> bool:
    """Whether passim would align two texts at its default thresholds."""
    shared = shingle_characters(left, _PASSIM_GRAM) & shingle_characters(right, _PASSIM_GRAM)
    if len(shared) < _PASSIM_SHARED:
        return False
    return count_aligned(left, right) >= _PASSIM_ALIGNED


def count_aligned(left: str, right: str) -> int:
    """Return how many characters agree in the best local alignment (Smith-Waterman: match 2, mismatch -1, gap -2)."""
    best = (0, 0)
    above = [(0, 0)] * (len(right) + 1)
    for a in left:
        row = [(0, 0)]
        for column, b in enumerate(right, 1):
            score, matches = above[column - 1]
            diagonal = (score + 2, matches + 1) if a == b else (score - 1, matches)
            up, side = above[column], row[-1]
            cell = max(diagonal, (up[0] - 2, up[1]), (side[0] - 2, side[1]), (0, 0))
            row.append(cell if cell[0] > 0 else (0, 0))
        best = max(best, *row)
        above = row
    return best[1]


def link_by(rule: Rule) -> Linker:
    """Return the linker of a rule on two folded texts; no speakers, no conflicts."""

    def link(readings: Mapping[str, Reading]) -> list[Link]:
        return [
            make_link(a, b, "B", match_texts(a.text, b.text))
            for a, b in _meetings(readings)
            if rule(fold_text(a.text), fold_text(b.text))
        ]

    return link


def link_by_containment(readings: Mapping[str, Reading]) -> list[Link]:
    """Link what is contained by six tenths in one speaker's mouth; then the best pairs of linked documents."""
    config = QuotesConfig()
    links: dict[tuple[Quote, Quote], Link] = {}
    opened: set[tuple[str, str]] = set()
    for a, b in _meetings(readings):
        same = match_speakers(a.speaker, b.speaker, _known(readings, a, b))
        words = min(len(fold_text(a.text).split()), len(fold_text(b.text).split()))
        match = match_texts(a.text, b.text)
        if words >= config.min_words and match.containment >= threshold(same, config):
            links[a, b] = make_link(a, b, "A" if match.jaccard >= config.same_speaker else "B", match)
            if same:
                opened.add((a.doc_id, b.doc_id))
    for left, right in sorted(opened):
        pairs = [
            (match_texts(a.text, b.text), a, b)
            for a, b in product(readings[left].quotes, readings[right].quotes)
            if match_speakers(a.speaker, b.speaker, _known(readings, a, b))
        ]
        best: dict[Quote, float] = defaultdict(float)
        for match, a, b in pairs:
            best[a], best[b] = max(best[a], match.containment), max(best[b], match.containment)
        for match, a, b in pairs:
            close = match.containment >= config.same_speaker
            if close or (match.containment >= _CONTEXT and match.containment == best[a] == best[b]):
                links.setdefault((a, b), make_link(a, b, "B" if close else "C", match))
    return list(links.values())


def _known(readings: Mapping[str, Reading], a: Quote, b: Quote) -> Affiliations:
    return readings[a.doc_id].affiliations | readings[b.doc_id].affiliations


def _meetings(readings: Mapping[str, Reading]) -> Iterator[tuple[Quote, Quote]]:
    """Pairs of quotes of different documents with three words in a row in common: no rule here holds without."""
    quotes = [quote for doc_id in sorted(readings) for quote in readings[doc_id].quotes]
    postings: dict[str, list[int]] = defaultdict(list)
    for index, quote in enumerate(quotes):
        for shingle in shingle_words(fold_text(quote.text), 3):
            postings[shingle].append(index)
    pairs = {
        (i, j)
        for group in postings.values()
        for n, i in enumerate(group)
        for j in group[n + 1 :]
        if quotes[i].doc_id != quotes[j].doc_id
    }
    for i, j in sorted(pairs):
        yield quotes[i], quotes[j]


LINKERS: dict[str, Linker] = {
    "corpus-clean": link_like_ours,
    "10-word run (Quootstrap)": link_by(is_quootstrap),
    "one edit or 10-word run (MemeTracker)": link_by(is_memetracker),
    "pairwise alignment (passim)": link_by(is_passim),
    "containment with a speaker gate (prototype)": link_by_containment,
}
