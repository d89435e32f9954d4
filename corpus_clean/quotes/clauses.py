"""Cues in the sentence around speech: before it, behind a comma, and where the reported clause begins."""

from bisect import bisect_left
from collections.abc import Set as AbstractSet

from corpus_clean.quotes.cues import Cues
from corpus_clean.quotes.names import NameTable
from corpus_clean.quotes.phrases import NOBODY, PRONOUN
from corpus_clean.quotes.speakers import Attribution, name_after
from corpus_clean.quotes.subjects import subject_before
from corpus_clean.quotes.tokens import MARKS, Tokens

_MARK_DISTANCE = 8
_COMPLEMENTIZER_DISTANCE = 14
_ADVERBIAL_DISTANCE = 12
_CLOSING_COMMA = 4
_CLOSING_SUBJECT = 12
_CLOSING_REST = 8


def attribute_before(
    tokens: Tokens, first: int, last: int, covered: AbstractSet[int], cues: Cues, names: NameTable
) -> Attribution | None:
    """Read Rutte mengatakan … / Menurut Rutte, … in `first:last`: the first cue before speech that has a subject.

    `covered` are the tokens inside quotation marks.
    """
    near = tokens.cues[bisect_left(tokens.cues, first) : bisect_left(tokens.cues, last)]
    for index in near:
        word = tokens.lower[index]
        if word not in cues.leading or index in covered:
            continue
        clause = next((i for i in range(index, first, -1) if i - 1 in covered), first) if covered else first
        opens = index == first or tokens.words[index - 1] == ","
        if word in cues.according_pronoun and opens and index + 1 < last and tokens.words[index + 1] == ",":
            return Attribution(index, word, PRONOUN, index + 1)
        width = according_width(tokens, index, cues)
        if width and (
            index == first
            or (word not in cues.after and index > clause and not tokens.is_word(index - 1))
            # A scraper's heading ran into the sentence: … Turun Menurut Sarma, …
            or (word not in cues.after and tokens.starts_upper(index))
        ):
            speaker, end = name_after(tokens, index + width, last, cues, names)
            if speaker and end < last and ("," in tokens.words[end : min(end + _CLOSING_COMMA, last)] or width > 1):
                return Attribution(index, word, speaker, end)
        if index > first and tokens.starts_upper(index) and tokens.starts_upper(index - 1):
            following = index + 1 < last and tokens.starts_upper(index + 1)
            if not following:
                continue  # United States; a headline's verbs stand between capitals
        marked = word in cues.before_mark and any(i in covered for i in range(index + 1, index + _MARK_DISTANCE + 1))
        if word in cues.before or marked:
            speaker = subject_before(tokens, clause, index, cues, names) if index > clause else NOBODY
            if not speaker and first < clause <= index <= clause + 2 and word not in cues.after_mark:
                speaker = PRONOUN  # “…” dan menyebut “…”
            if speaker:
                return Attribution(index, word, speaker, index + 1)
    return None


def attribute_further(
    tokens: Tokens, first: int, last: int, covered: AbstractSet[int], cues: Cues, names: NameTable
) -> tuple[int, Attribution] | None:
    """Read … , dan Sarma mengatakan bahwa … inside a reported clause: where the new clause begins, and its cue."""
    comma = 0
    for index in range(first + 1, last - 1):
        if tokens.words[index] == ",":
            comma = index
        if (
            comma
            and index not in covered
            and tokens.lower[index] in cues.before
            and tokens.lower[index + 1] in cues.complementizers
            and tokens.starts_upper(index - 1)
        ):
            speaker = subject_before(tokens, comma + 1, index, cues, names)
            if speaker:
                return comma, Attribution(index, tokens.lower[index], speaker, index + 1)
    return None


def attribute_trailing(
    tokens: Tokens, first: int, last: int, covered: AbstractSet[int], cues: Cues, names: NameTable
) -> Attribution | None:
    """Read …, kata para analis: a cue behind a comma, in or at the end of indirect speech."""
    for index in range(first + 3, last):
        if index in covered or tokens.words[index - 1] != ",":
            continue
        word = tokens.lower[index]
        if word in cues.after_pronoun and word in cues.hot:
            return Attribution(index, word, PRONOUN, index + 1)
        closing = _attribute_closing(tokens, index, last, cues, names)
        if closing is not None:
            return closing
        width = 1 if word in cues.after else according_width(tokens, index, cues)
        if width:
            speaker, end = name_after(tokens, index + width, last, cues, names)
            if speaker:
                return Attribution(index, word, speaker, end)
    return None


def _attribute_closing(tokens: Tokens, index: int, last: int, cues: Cues, names: NameTable) -> Attribution | None:
    """Read …, a source said on Friday. at the end of a sentence; the cue is where the reported clause ends."""
    for verb in range(index + 1, min(index + _CLOSING_SUBJECT, last)):
        if not tokens.is_word(verb):
            return None
        if tokens.lower[verb] not in cues.after:
            continue
        follows = tokens.lower[verb + 1] if verb + 1 < last else "."
        rest = sum(tokens.is_word(i) for i in range(verb + 1, last))
        if rest > _CLOSING_REST or not (follows in cues.name_ends or follows in cues.calendar or rest == 0):
            return None
        speaker = subject_before(tokens, index, verb, cues, names)
        return Attribution(index, tokens.lower[verb], speaker, last) if speaker else None
    return None


def according_width(tokens: Tokens, index: int, cues: Cues) -> int:
    """Return how many tokens the cue "menurut" / "according to" takes at `index`, 0 if it is none.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> according_width(tokenize("According to Sarah"), 0, cues_of("en"))
        2
    """
    word = tokens.lower[index]
    if word in cues.according:
        return 1
    for phrase in cues.according_phrases:
        if word == phrase[0] and tuple(tokens.lower[index : index + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def content_start(tokens: Tokens, attribution: Attribution, last: int, cues: Cues) -> int:
    """Return the token at which the reported clause begins: behind "bahwa", or behind an adverbial and its comma.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> tokens = tokenize("Sarma mengatakan pada Senin bahwa hujan turun.")
        >>> cue = Attribution(1, "mengatakan", NOBODY, 2)
        >>> tokens.words[content_start(tokens, cue, len(tokens), cues_of("id"))]
        'hujan'
    """
    index = attribution.end
    if index < last and tokens.lower[index] in cues.conjunctions:
        return index + 1
    for ahead in range(index, min(index + _COMPLEMENTIZER_DISTANCE, last)):
        if tokens.lower[ahead] in cues.complementizers:
            return ahead + 1
        own_subject = ahead > index and tokens.lower[ahead] in cues.before and tokens.starts_upper(ahead - 1)
        if tokens.words[ahead] in MARKS or own_subject:
            break
    if index < last and tokens.lower[index] in cues.name_ends:
        for ahead in range(index, min(index + _ADVERBIAL_DISTANCE, last - 3)):
            if tokens.words[ahead] == ",":
                return ahead + 1
            if tokens.words[ahead] == ")":
                return ahead + 2 if tokens.words[ahead + 1] == "," else ahead + 1
    while index < last and tokens.words[index] in {",", ":"}:
        index += 1
    return index
