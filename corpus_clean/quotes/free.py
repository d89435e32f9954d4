"""Free indirect speech: what somebody goes on to say in the paper's words, without a cue.

Newsrooms in Indonesia and Malaysia sum a quote up in the sentence before it, and go on between two attributions with
what the same speaker said. Such a sentence is theirs if it shares the quote's content, or stands between two of theirs.
"""

from collections.abc import Sequence

from corpus_clean.quotes.cues import Cues
from corpus_clean.quotes.paraphrase import content_words, share_words
from corpus_clean.quotes.sentences import Sentence
from corpus_clean.quotes.tokens import ENDS, Tokens
from corpus_clean.types import Quote

_SHORTEST = 5
_SHARED_CONTENT = 0.25
_SHARED_WORDS = 2
_REACH = 2


def find_free_speech(doc_id: str, tokens: Tokens, cues: Cues, sentences: Sequence[Sentence]) -> list[Quote]:
    """Return the sentences without quotes that belong to the speaker of the sentences around them.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> tokens = tokenize("Perbaikan jalan kota berjalan lancar. “Perbaikan jalan ini lancar.”")
        >>> speech = Quote("a", 39, 66, "Perbaikan jalan ini lancar.", "direct", "Sarma")
        >>> read = [Sentence(0, 6, 0, 6, ()), Sentence(6, 13, 6, 13, (speech,))]
        >>> [quote.text for quote in find_free_speech("a", tokens, cues_of("id"), read)]
        ['Perbaikan jalan kota berjalan lancar.']
    """
    if not cues.background:
        return []
    taken = {(quote.start, quote.end) for sentence in sentences for quote in sentence.quotes}
    found = []
    said = bytes([bool(sentence.quotes) for sentence in sentences])
    for index, sentence in enumerate(sentences):
        following = -1 if said[index] else said.find(1, index + 1, index + 1 + _REACH)
        if following < 0:
            continue
        speech = sentences[following].quotes
        speaker = speech[0].speaker
        if not speaker or speech[0].kind == "fragment":
            continue
        first, last = sentence.begin, sentence.end
        if tokens.words[last - 1] not in ENDS or tokens.count_words(first, last) < _SHORTEST:
            continue
        start, end = tokens.starts[first], tokens.ends[last - 1]
        text = tokens.text[start:end]
        previous = said.rfind(1, max(0, index - _REACH), index)
        between = (
            previous >= 0
            and sentences[previous].quotes[-1].speaker == speaker
            and following - previous <= _REACH + 1
            and tokens.lower[first] not in cues.background
        )
        near = following == index + 1 and speech[0].kind == "direct"
        if (between or (near and _sums_up(text, speech))) and (start, end) not in taken:
            found.append(Quote(doc_id, start, end, text, "indirect", speaker))
    return found


def _sums_up(text: str, speech: Sequence[Quote]) -> bool:
    said = " ".join(quote.text for quote in speech)
    own, other = content_words(text), content_words(said)
    return share_words(own, other, max(_SHARED_WORDS, _SHARED_CONTENT * min(len(own), len(other))))
