"""Find what people are reported to have said in an article: direct speech, fragments, and indirect speech."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus_clean.languages.detect import detect_language
from corpus_clean.quotes.cues import cues_of
from corpus_clean.quotes.free import find_free_speech
from corpus_clean.quotes.marks import pair_marks
from corpus_clean.quotes.names import collect_names
from corpus_clean.quotes.reader import Reader
from corpus_clean.quotes.sentences import Sentence
from corpus_clean.quotes.tokens import ENDS, Tokens, tokenize
from corpus_clean.types import Document, Quote

_SHORTEST_NARRATION = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """What an article says of speech: its quotes, and which organisations its speakers stand for.

    `affiliations` are pairs (organisation, person), lower case: ("nato", "mark rutte"). `narration` are the sentences
    that are the paper's own, as far as one article can tell: indirect speech without speaker or cue.
    """

    quotes: tuple[Quote, ...]
    affiliations: frozenset[tuple[str, str]] = frozenset()
    narration: tuple[Quote, ...] = ()


def find_quotes(document: Document) -> list[Quote]:
    """Return the quotes of a clean text in order; offsets count code points of `document.text`, marks left out.

    Indirect speech that holds a fragment in quotation marks gives both.

    Example:
        >>> text = '“Kami tidak mundur dari rencana ini," kata Bupati Sarma Wirya. Ia menyebut warga “sabar sekali”.'
        >>> for quote in find_quotes(Document("a", text + " Semua pihak menunggu dengan tenang.", language="id")):
        ...     print(quote.kind, quote.speaker, "|", quote.text)
        direct Sarma Wirya | Kami tidak mundur dari rencana ini,
        fragment Sarma Wirya | sabar sekali
    """
    return list(read_document(document).quotes)


def read_document(document: Document) -> Reading:
    """Return the quotes of a clean text, and the affiliations of its speakers.

    Example:
        >>> reading = read_document(Document("a", "Sekjen NATO Mark Rutte mengatakan perang harus berhenti."))
        >>> sorted(reading.affiliations)
        [('nato', 'mark rutte')]
    """
    cues = cues_of(document.language or detect_language(document.text))
    tokens = tokenize(document.text)
    spans = pair_marks(tokens, cues.following)
    hot = [index for index in tokens.cues if tokens.lower[index] in cues.hot]
    if not spans and not hot:
        return Reading(())
    names = collect_names(tokens, cues)
    sentences = Reader(document.id, tokens, cues, names).read(spans, hot)
    found = [quote for sentence in sentences for quote in sentence.quotes]
    found += find_free_speech(document.id, tokens, cues, sentences)
    unique = {(quote.start, -quote.end): quote for quote in reversed(found)}
    affiliations = frozenset((name, " ".join(person).lower()) for name, person in names.affiliations)
    quotes = tuple(unique[key] for key in sorted(unique))
    return Reading(quotes, affiliations, tuple(_find_narration(document.id, tokens, sentences, quotes)))


def _find_narration(
    doc_id: str, tokens: Tokens, sentences: Sequence[Sentence], quotes: Sequence[Quote]
) -> Iterator[Quote]:
    """Yield the whole sentences that hold no quote and lie in none."""
    taken = iter(quotes)
    quote = next(taken, None)
    for sentence in sentences:
        first, last = sentence.begin, sentence.end
        if tokens.words[last - 1] not in ENDS:
            continue
        start, end = tokens.starts[first], tokens.ends[last - 1]
        while quote is not None and quote.end <= start:
            quote = next(taken, None)
        if (quote is None or end <= quote.start) and tokens.count_words(first, last) >= _SHORTEST_NARRATION:
            yield Quote(doc_id, start, end, tokens.text[start:end], "indirect")
