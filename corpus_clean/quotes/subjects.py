"""The subject of a verb of saying."""

from itertools import pairwise

from corpus_clean.quotes.cues import Cues
from corpus_clean.quotes.names import NameTable, Run, capital_runs, divide_name
from corpus_clean.quotes.phrases import (
    NOBODY,
    PRONOUN,
    Speaker,
    is_name,
    is_role,
    join_name,
    phrase_end,
    phrase_speaker,
)
from corpus_clean.quotes.tokens import Tokens

_LONGEST_SUBJECT = 60
_PRONOUN_DISTANCE = 5
_LONGEST_ROLE = 8


def subject_before(tokens: Tokens, first: int, verb: int, cues: Cues, names: NameTable) -> Speaker:
    """Read the subject of the verb at token `verb`; the clause begins at token `first`.

    Indonesian, Malay and English all put the subject first: what counts is the first name that no preposition
    governs, once an opening phrase (Usai bertemu Andi di Medan, …) is passed.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> tokens = tokenize("Usai bertemu Andi di Medan, Bupati Sarma Wirya pada Senin mengatakan hujan turun.")
        >>> subject_before(tokens, 0, tokens.words.index("mengatakan"), cues_of("id"), NameTable()).name
        'Sarma Wirya'
    """
    first = max(first, verb - _LONGEST_SUBJECT)
    if _is_pronoun_near(tokens, first, verb, cues):
        return PRONOUN
    begin = _after_opening_phrase(tokens, first, verb, cues)
    runs = [
        run
        for run in capital_runs(tokens, begin, verb, cues)
        if not _in_parentheses(tokens, begin, run[0])
        and (run[1] - run[0] > 1 or run[1] == verb or is_name(tokens, run, names))
    ]
    if tokens.lower[verb - 1] in cues.relatives and runs:
        return phrase_speaker(tokens, *runs[-1], cues, names)
    free = [run for run in runs if run[0] == begin or tokens.lower[run[0] - 1] not in cues.name_ends]
    if tokens.lower[begin] in cues.role_nouns or tokens.lower[begin] in cues.titles:
        speaker = _role_subject(tokens, begin, verb, free, cues, names)
        if speaker:
            return speaker
    head_last = tokens.lower[verb] in cues.after and tokens.lower[verb - 1] in cues.role_nouns
    if not free and verb - begin <= _LONGEST_ROLE and head_last:
        words = [tokens.words[i] for i in range(begin, verb) if tokens.is_word(i)]
        return Speaker(" ".join(words))  # top lawmakers said: the noun stands last
    head = next((i for i in range(first, verb) if tokens.is_word(i)), first)
    if tokens.lower[head] in cues.pronouns and not (free and free[-1][1] >= verb - 1):
        return PRONOUN
    return _named_subject(tokens, begin, free, cues, names) if free else NOBODY


def _is_pronoun_near(tokens: Tokens, first: int, verb: int, cues: Cues) -> bool:
    """Whether only adverbs stand between a pronoun and the verb: ia juga kemudian mengatakan."""
    for near in range(verb - 1, max(first, verb - _PRONOUN_DISTANCE) - 1, -1):
        if tokens.lower[near] in cues.pronouns:
            return True
        if not tokens.is_word(near) or tokens.starts_upper(near):
            return False
    return False


def _role_subject(tokens: Tokens, begin: int, verb: int, free: list[Run], cues: Cues, names: NameTable) -> Speaker:
    """Juru bicara Pentagon, Pat Ryder, mengatakan; pejabat tinggi kepresidenan mengatakan."""
    end = phrase_end(tokens, begin, verb, cues)
    if end < verb and tokens.words[end] == "," and is_role(tokens, begin, end, cues):
        later = next((run for run in free if run[0] > end), None)
        if later is not None and later[0] == end + 1:
            person = divide_name(tokens, later, cues)[2]
            if person:
                return Speaker(join_name(names.resolve(person)))
    noun_end = next((i for i in range(begin, end) if tokens.lower[i] in cues.hot), end)
    return phrase_speaker(tokens, begin, noun_end, cues, names)


def _named_subject(tokens: Tokens, begin: int, free: list[Run], cues: Cues, names: NameTable) -> Speaker:
    for run, follower in pairwise(free):
        if follower[0] != run[1] + 1 or tokens.words[run[1]] != ",":
            continue
        # kuasa hukum Rina, Andi Sarma, mengatakan / Juru Bicara Kementerian, Andi Sarma, mengatakan
        other = divide_name(tokens, follower, cues)[2]
        before = tokens.lower[run[0] - 1] if run[0] > begin else tokens.lower[run[0]]
        name, _, person = divide_name(tokens, run, cues)
        office = name[-1].lower() in cues.institutions or name[-1].isupper() or not person
        if other and (office or before in cues.titles or before in cues.role_nouns):
            return Speaker(join_name(names.resolve(other)))
        break
    for run in free:
        person = divide_name(tokens, run, cues)[2]
        if person and (names.resolve(person) in names.full or run == free[0]):
            return phrase_speaker(tokens, *run, cues, names)
    return phrase_speaker(tokens, *free[0], cues, names)


def _after_opening_phrase(tokens: Tokens, first: int, verb: int, cues: Cues) -> int:
    begin = first
    while begin < verb and not tokens.is_word(begin):
        begin += 1
    if begin < verb and (tokens.lower[begin] in cues.openers or tokens.lower[begin] in cues.name_ends):
        comma = next((i for i in range(begin, verb) if tokens.words[i] == ","), -1)
        if 0 < comma < verb - 1:
            return _after_opening_phrase(tokens, comma + 1, verb, cues)
        while begin < verb - 1 and tokens.lower[begin] in cues.openers:
            begin += 1
    return begin


def _in_parentheses(tokens: Tokens, first: int, index: int) -> bool:
    for i in range(index - 1, max(first, index - 12) - 1, -1):
        if tokens.words[i] == ")":
            return False
        if tokens.words[i] == "(":
            return True
    return False
