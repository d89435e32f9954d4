"""Who speaks: the attribution of a sentence, read from the words around its cue."""

from dataclasses import dataclass

from corpus_clean.quotes.cues import Cues
from corpus_clean.quotes.names import NameTable, Run, capital_runs, divide_name
from corpus_clean.quotes.phrases import NOBODY, PRONOUN, Speaker, is_role, join_name, phrase_end, phrase_speaker
from corpus_clean.quotes.subjects import subject_before
from corpus_clean.quotes.tokens import MARKS, Tokens

_SKIPPED_AFTER_CLOSE = frozenset({",", ".", "-", "–", "—", ")", "…"})
_LONGEST_SUBJECT = 14
_LONGEST_DEGREE = 4


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue at token `index`, its speaker, and where the phrase that names them ends (token, exclusive)."""

    index: int
    cue: str
    speaker: Speaker
    end: int


def attribute_after(tokens: Tokens, index: int, last: int, cues: Cues, names: NameTable) -> Attribution | None:
    """Read “…,” kata Rutte / katanya / Rutte said: what stands at token `index`, after speech."""
    steps = 0
    while index < last and tokens.words[index] in _SKIPPED_AFTER_CLOSE and steps < 3:
        index += 1
        steps += 1
    if index >= last:
        return None
    word = tokens.lower[index]
    if word in cues.after_pronoun:
        return Attribution(index, word, PRONOUN, index + 1)
    if word in cues.after_mark:
        speaker, end = name_after(tokens, index + 1, last, cues, names)
        return Attribution(index, word, speaker, end)
    return _subject_then_verb(tokens, index, last, cues, names)


def _subject_then_verb(tokens: Tokens, index: int, last: int, cues: Cues, names: NameTable) -> Attribution | None:
    """Rutte said / he told reporters, straight after a closing mark."""
    word = tokens.lower[index]
    if not (tokens.starts_upper(index) or word in cues.pronouns or word in cues.role_nouns):
        return None
    for verb in range(index + 1, min(index + _LONGEST_SUBJECT, last)):
        word = tokens.lower[verb]
        if tokens.words[verb] in MARKS or tokens.is_break(verb):
            return None
        if word in cues.before or word in cues.after:
            speaker = subject_before(tokens, index, verb, cues, names)
            return Attribution(verb, word, speaker, verb + 1) if speaker else None
    return None


def name_after(tokens: Tokens, index: int, last: int, cues: Cues, names: NameTable) -> tuple[Speaker, int]:
    """Read the speaker from token `index` on; return it and the token after it."""
    while index < last and (tokens.lower[index] in cues.statement_nouns or tokens.lower[index] in cues.after):
        index += 1  # demikian pernyataan / bunyi / kata …
    if index >= last:
        return NOBODY, index
    if tokens.lower[index] in cues.pronouns:
        return PRONOUN, index + 1
    end = phrase_end(tokens, index, last, cues)
    if end == index:
        return NOBODY, index
    if end < last and tokens.words[end] == "," and end + 1 < last and tokens.starts_upper(end + 1):
        # kata Juru Bicara Pentagon, Mayor Jenderal Pat Ryder / kata kuasa hukum Rina, Andi Sarma
        apposition = phrase_end(tokens, end + 1, last, cues)
        runs = capital_runs(tokens, end + 1, apposition, cues)
        closes = (
            apposition >= last
            or tokens.words[apposition] in {",", ".", "(", ";"}
            or (tokens.lower[apposition] in cues.name_ends)
        )
        if runs and closes and not _is_degree(tokens, runs[-1]) and is_role(tokens, index, end, cues):
            person = divide_name(tokens, runs[-1], cues)[2]
            if person:
                return Speaker(join_name(names.resolve(person))), apposition
    return phrase_speaker(tokens, index, end, cues, names), end


def _is_degree(tokens: Tokens, run: Run) -> bool:
    """Whether a run behind a name is a degree: dr. Sarma Wirya, Sp.A, or Rina Maharani, S.H., M.Si."""
    words = tokens.words[run[0] : run[1]]
    return "." in words and all(len(word) <= _LONGEST_DEGREE for word in words)
