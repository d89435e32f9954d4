"""Reads an article sentence by sentence, and remembers who spoke last."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from corpus_clean.quotes.clauses import attribute_before, attribute_further, attribute_trailing, content_start
from corpus_clean.quotes.cues import Cues
from corpus_clean.quotes.marks import MarkedSpan
from corpus_clean.quotes.names import NameTable
from corpus_clean.quotes.phrases import Speaker
from corpus_clean.quotes.sentences import DASHES, Sentence, skip_dateline, split_sentences
from corpus_clean.quotes.speakers import Attribution, attribute_after, name_after
from corpus_clean.quotes.subjects import subject_before
from corpus_clean.quotes.tokens import ENDS, Tokens
from corpus_clean.types import Quote, QuoteKind

_WHOLE_WORDS = 8
_ALONE_WORDS = 5
_INDIRECT_WORDS = 3
_CARRIED_SENTENCES = 3
_COLON_WORDS = 8
_NEVER = 99


class Reader:
    """One article's reading.

    The state is who spoke last, the last sentence nobody was named for, and the one before if it ends in a colon.
    """

    def __init__(self, doc_id: str, tokens: Tokens, cues: Cues, names: NameTable) -> None:
        self._doc_id = doc_id
        self._tokens = tokens
        self._cues = cues
        self._names = names
        self._found: list[Quote] = []
        self._last = ""
        self._since = _NEVER
        self._plain: tuple[int, int] | None = None
        self._announced: tuple[int, int] | None = None
        self._begin = 0
        self._continued: set[int] = set()

    def read(self, spans: Sequence[MarkedSpan], hot: Sequence[int]) -> list[Sentence]:
        """Return all sentences with their quotes. `hot` are the tokens that can be cues, in order."""
        outer = [span for span in spans if not span.depth]
        closed = [(span.outer_first, span.outer_last) for span in outer]
        sentences: list[Sentence] = []
        tokens, words = self._tokens, self._tokens.words
        dashes = [*(index for index in tokens.others if words[index] in DASHES), len(words)]
        position = cue = dash = 0
        for first, last in split_sentences(tokens, 0, len(tokens), closed):
            inside: list[MarkedSpan] = []
            while position < len(outer) and outer[position].outer_last <= last:
                inside.append(outer[position])
                position += 1
            while cue < len(hot) and hot[cue] < first:
                cue += 1
            while dashes[dash] < first:
                dash += 1
            plain = dashes[dash] >= last and words[first][0] != "\n"
            begin, end = first if plain else skip_dateline(tokens, first, last), last
            while end > first and words[end - 1][0] == "\n":
                end -= 1
            self._found = []
            if inside or (cue < len(hot) and hot[cue] < last):
                retrospect = self._read_sentence(begin, last, inside)
                if retrospect is not None and sentences:
                    before = sentences[-1]
                    sentences[-1] = before._replace(quotes=(*before.quotes, retrospect))
            else:
                self._plain = (first, last)
            self._since += 1
            # What a colon at a sentence's end announces comes next.
            self._announced = (first, end - 1) if words[end - 1] == ":" else None
            sentences.append(Sentence(first, last, begin, end, tuple(self._found)))
        return self._pass_back(sentences)

    def _pass_back(self, sentences: list[Sentence]) -> list[Sentence]:
        """Give paragraphs of one speech, each opened and only the last one closed, the speaker of that last one."""
        if not self._continued:
            return sentences
        passed: list[Sentence] = []
        following: Quote | None = None
        for sentence in reversed(sentences):
            quotes = list(sentence.quotes)
            for place in range(len(quotes) - 1, -1, -1):
                if quotes[place].start in self._continued and following is not None and following.speaker:
                    quotes[place] = replace(quotes[place], speaker=following.speaker)
                following = quotes[place]
            passed.append(sentence._replace(quotes=tuple(quotes)))
        return passed[::-1]

    def _read_sentence(self, first: int, last: int, spans: list[MarkedSpan]) -> Quote | None:
        """Read the quotes of a sentence; return the one of the sentence before, where this one names its speaker."""
        tokens, cues, names = self._tokens, self._cues, self._names
        self._begin = first
        plain, self._plain = self._plain, None
        named, retrospect = self._retrospect(first, last, plain)
        if named:
            return retrospect
        after = self._attribute_after(spans, last)
        covered = frozenset(chain.from_iterable([range(span.outer_first, span.outer_last) for span in spans]))
        before = attribute_before(tokens, first, last, covered, cues, names)
        if before is not None and any(other.index == before.index for other in after.values()):
            before = None  # “…,” Sarah said
        if not after and (before is None or self._closes(before, last)):
            trailing = attribute_trailing(tokens, first, last, covered, cues, names)
            if trailing is not None:
                self._add_trailing(first, last, trailing, spans)
                return None
        for span in spans:
            if self._is_title(span):
                continue
            attribution = after.get(span) or self._shared(span, after, before, first)
            if attribution is not None:
                self._add_span(span, attribution)
            else:
                self._add_alone(span, first, last)
        if before is not None:
            start = content_start(tokens, before, last, cues)
            further = attribute_further(tokens, start, last, covered, cues, names)
            if not self._filled(start, last, spans):
                self._add_indirect(start, further[0] if further else last, self._resolve(before.speaker), before.cue)
            if further is not None:
                clause = content_start(tokens, further[1], last, cues)
                self._add_indirect(clause, last, self._resolve(further[1].speaker), further[1].cue)
        elif not spans:
            self._plain = (first, last)
        return None

    def _attribute_after(self, spans: list[MarkedSpan], last: int) -> dict[MarkedSpan, Attribution]:
        found: dict[MarkedSpan, Attribution] = {}
        for span in spans:
            limit = next((other.outer_first for other in spans if other.outer_first >= span.outer_last), last)
            attribution = attribute_after(self._tokens, span.outer_last, limit, self._cues, self._names)
            if attribution is not None:
                found[span] = attribution
        return found

    def _shared(
        self, span: MarkedSpan, after: dict[MarkedSpan, Attribution], before: Attribution | None, first: int
    ) -> Attribution | None:
        """A quote without a cue of its own shares the one of its sentence, if it stands in what that cue reports."""
        if before is not None and span.outer_first >= before.end:
            return before
        if after:
            return min(after.values(), key=lambda other: (abs(other.index - span.outer_last), other.index))
        colon = span.outer_first - 1
        if first < colon <= first + _COLON_WORDS and self._tokens.words[colon] == ":":
            speaker = subject_before(self._tokens, first, colon, self._cues, self._names)
            if speaker:
                return Attribution(colon, ":", speaker, colon + 1)
        return None

    def _closes(self, attribution: Attribution, last: int) -> bool:
        """Whether nothing is left to report behind a cue: what stands before it is the speech."""
        return attribution.cue in self._cues.after and not any(
            self._tokens.is_word(i)
            and self._tokens.lower[i] not in self._cues.name_ends
            and self._tokens.lower[i] not in self._cues.calendar
            for i in range(attribution.end, last)
        )

    def _resolve(self, speaker: Speaker) -> str:
        name = (self._last or self._most_named()) if speaker.pronoun else speaker.name
        if name:
            self._last = name
            self._since = 0
        return name

    def _most_named(self) -> str:
        """Who "ia" must be when nobody has spoken yet: the person the article names most."""
        counts = self._names.mentions
        return " ".join(self._names.resolve(max(counts, key=lambda name: counts[name]))) if counts else ""

    def _add_span(self, span: MarkedSpan, attribution: Attribution) -> None:
        kind = "direct" if span.flag == "block" else self._kind(span)
        if attribution.index > span.outer_last and attribution.cue in self._cues.after and self._opens_sentence(span):
            kind = "direct"  # «Sudah», kata Rutte: the comma may stand outside
        self._add(span.first, span.last, kind, self._resolve(attribution.speaker), attribution.cue)

    def _opens_sentence(self, span: MarkedSpan) -> bool:
        return span.outer_first == self._begin and self._tokens.starts_upper(span.first)

    def _kind(self, span: MarkedSpan) -> QuoteKind:
        words = self._tokens.count_words(span.first, span.last)
        whole = self._tokens.starts_upper(span.first) and words >= _WHOLE_WORDS
        return "direct" if whole or (self._finished(span) and words > 1) else "fragment"

    def _is_title(self, span: MarkedSpan) -> bool:
        """Whether every long word is capitalised, as in the name of a film, and no sentence ends there."""
        words = self._tokens.words[span.first : span.last]
        if words[-1] in ENDS:
            return False
        long = 0
        for word in words:
            if len(word) > 3 and word[0].isalpha():
                if not word[0].isupper():
                    return False
                long += 1
        return long > 1

    def _finished(self, span: MarkedSpan) -> bool:
        return self._tokens.words[span.last - 1] in ENDS or self._tokens.words[span.last - 1] == ","

    def _add_alone(self, span: MarkedSpan, first: int, last: int) -> None:
        """A quote that is a sentence by itself goes on with the last speaker; any other unattributed one is a title."""
        outside = self._tokens.count_words(first, span.outer_first) + self._tokens.count_words(span.outer_last, last)
        long = self._tokens.count_words(span.first, span.last) >= _ALONE_WORDS
        if not long or outside > 2 or not (self._finished(span) or span.flag):
            return
        speaker = self._announcer()
        if speaker or span.flag != "block":
            carried = self._last if self._since <= _CARRIED_SENTENCES else ""
            self._add(span.first, span.last, "direct", speaker or carried, "")
            self._since = 0
            if span.flag == "continued":
                self._continued.add(self._tokens.starts[span.first])

    def _announcer(self) -> str:
        """Who will speak, as the sentence before announces with a colon (Berikut pernyataan Rutte:)."""
        if self._announced is None:
            return ""
        named = subject_before(self._tokens, *self._announced, self._cues, self._names)
        return self._resolve(named) if named else self._last if self._since <= 1 else ""

    def _filled(self, start: int, last: int, spans: list[MarkedSpan]) -> bool:
        """Whether quotes make up nearly all that the cue reports, so that no indirect speech is left."""
        inside = sum(self._tokens.count_words(span.first, span.last) for span in spans if span.first >= start)
        outside = self._tokens.count_words(start, last) - inside
        return inside > 0 and outside <= max(3, inside // 3)

    def _add_trailing(self, first: int, last: int, attribution: Attribution, spans: list[MarkedSpan]) -> None:
        speaker = self._resolve(attribution.speaker)
        for span in spans:
            self._add(span.first, span.last, self._kind(span), speaker, attribution.cue)
        ends = self._tokens.count_words(attribution.end, last) < _INDIRECT_WORDS + 1
        self._add_indirect(first, attribution.index if ends else last, speaker, attribution.cue)

    def _add_indirect(self, first: int, last: int, speaker: str, cue: str) -> None:
        quote = self._indirect(first, last, speaker, cue)
        if quote is not None:
            self._found.append(quote)

    def _indirect(self, first: int, last: int, speaker: str, cue: str) -> Quote | None:
        tokens = self._tokens
        while first < last and (tokens.is_break(first) or tokens.words[first] in {",", ":", ";"}):
            first += 1
        while last > first and tokens.is_break(last - 1):
            last -= 1
        if tokens.count_words(first, last) < _INDIRECT_WORDS:
            return None
        return self._quote(first, last, "indirect", speaker, cue)

    def _retrospect(self, first: int, last: int, plain: tuple[int, int] | None) -> tuple[bool, Quote | None]:
        """Hal itu dikatakan Rutte: whether the sentence names a speaker so, and what stands before as their speech."""
        tokens, cues = self._tokens, self._cues
        phrases = cues.retrospective.get(tokens.lower[first]) if first < last else None
        if not phrases:
            return False, None
        width = next((len(p) for p in phrases if tuple(tokens.lower[first : first + len(p)]) == p), 0)
        if not width:
            return False, None
        for index in range(first + width, min(first + width + 4, last)):
            if tokens.lower[index] not in cues.passive:
                continue
            begin = index + 1
            if begin < last and tokens.lower[begin] in cues.agents:
                begin += 1
            name = self._resolve(name_after(tokens, begin, last, cues, self._names)[0])
            if not name or plain is None:
                return bool(name), None
            start = self._pass_opener(skip_dateline(tokens, *plain), plain[1])
            return True, self._indirect(start, plain[1], name, tokens.lower[index])
        return False, None

    def _pass_opener(self, first: int, last: int) -> int:
        """Pass "Selain itu," and the like in front of a clause."""
        if first < last and self._tokens.lower[first] in self._cues.openers:
            for index in range(first, min(first + 4, last)):
                if self._tokens.words[index] == ",":
                    return index + 1
        return first

    def _add(self, first: int, last: int, kind: QuoteKind, speaker: str, cue: str) -> None:
        self._found.append(self._quote(first, last, kind, speaker, cue))

    def _quote(self, first: int, last: int, kind: QuoteKind, speaker: str, cue: str) -> Quote:
        start, end = self._tokens.starts[first], self._tokens.ends[last - 1]
        return Quote(self._doc_id, start, end, self._tokens.text[start:end], kind, speaker, cue)
