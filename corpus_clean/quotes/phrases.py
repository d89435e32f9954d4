"""Noun phrases that name a speaker: where they end, and whom they mean."""

from typing import NamedTuple

from corpus_clean.quotes.cues import Cues
from corpus_clean.quotes.names import NameTable, Run, capital_runs, divide_name
from corpus_clean.quotes.titles import Name, strip_titles
from corpus_clean.quotes.tokens import Tokens

_LONGEST_PHRASE = 24
_LONGEST_ROLE = 8


class Speaker(NamedTuple):
    """`name` as the article gives it; `pronoun` where only "he said" stands, and the reader must know who."""

    name: str = ""
    pronoun: bool = False

    def __bool__(self) -> bool:
        return bool(self.name) or self.pronoun


NOBODY = Speaker()
PRONOUN = Speaker(pronoun=True)


def phrase_end(tokens: Tokens, index: int, last: int, cues: Cues) -> int:
    """Return the token after the noun phrase that begins at `index`: before a preposition, a mark or a number."""
    end = index
    while end < last and end - index < _LONGEST_PHRASE:
        word = tokens.words[end]
        if not tokens.is_word(end):
            abbreviation = word == "." and len(tokens.words[end - 1]) <= 4 and end + 1 < last and end > index
            if word == "@":
                end += 1
                continue
            if word == "(" and end > index and (close := _parenthesis_end(tokens, end, last)):
                end = close
                continue
            if not (
                abbreviation
                and tokens.starts_upper(end + 1)
                and not tokens.spaced_before(end)
                and (tokens.words[end - 1][0].isupper() or tokens.lower[end - 1] in cues.titles)
            ):
                break
        elif tokens.lower[end] in cues.name_ends or (word[0].isdigit() and not _is_numbered(tokens, index, end, last)):
            break
        end += 1
    return end


def _is_numbered(tokens: Tokens, index: int, number: int, last: int) -> bool:
    """Whether a number is part of a phrase: Densus 88 Antiteror; penyanyi berusia 43 tahun itu."""
    if number == index or number + 1 >= last:
        return False
    named = tokens.starts_upper(number - 1) and tokens.starts_upper(number + 1)
    return named or (number - 1 > index and tokens.is_word(number + 1) and not tokens.starts_upper(number + 1))


def _parenthesis_end(tokens: Tokens, index: int, last: int) -> int:
    """The token after a short abbreviation in parentheses, or 0: Menteri Sekretaris Negara (Mensesneg)."""
    for close in range(index + 2, min(index + 5, last)):
        if tokens.words[close] == ")":
            inside = tokens.words[index + 1 : close]
            return close + 1 if all(word[0].isupper() for word in inside) else 0
    return 0


def is_role(tokens: Tokens, first: int, last: int, cues: Cues) -> bool:
    """Whether a phrase names an office, not a person: all titles and organisations, or a role with whom it serves."""
    if tokens.lower[first] in cues.titles or tokens.lower[first] in cues.role_nouns:
        return True
    name = tuple(word for word in tokens.words[first:last] if word[0].isalnum())
    return bool(name) and not strip_titles(name, cues)[1]


def phrase_speaker(tokens: Tokens, first: int, last: int, cues: Cues, names: NameTable) -> Speaker:
    """Read the speaker from a noun phrase: its last name, else the phrase itself if people can be meant by it.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> phrase_speaker(tokenize("kata Bupati Sarma Wirya"), 1, 4, cues_of("id"), NameTable()).name
        'Sarma Wirya'
    """
    runs = capital_runs(tokens, first, last, cues)
    if (
        runs
        and runs[0] == (first, first + 1)
        and (
            (tokens.lower[first] in cues.role_nouns and first + 1 < last)
            or (last > first + 1 and not is_name(tokens, runs[0], names))
        )
    ):
        runs = runs[1:]  # "Pejabat intelijen" at the start of a sentence: a noun, not a name
    if len(runs) > 1 and runs[0][0] == first and tokens.lower[runs[0][1]] in cues.titles:
        person = divide_name(tokens, runs[0], cues)[2]
        if person:
            return Speaker(join_name(names.resolve(person)))  # Rina keponakan Sarma: whose she is, comes behind
    demonstrative = last > first and tokens.lower[last - 1] in cues.demonstratives
    for run in reversed(runs):
        _, lead, person = divide_name(tokens, run, cues)
        if demonstrative and (lead or run[0] > first) and len(person) == 1 and names.resolve(person) == person:
            continue  # presenter Gema Malam itu: who hosts it, not its name
        if person and not (demonstrative and run[1] < last - 1):
            return Speaker(join_name(names.resolve(_drop_opener(tokens, run, person, names))))
    if demonstrative:
        return PRONOUN
    if runs and runs[-1][0] == first:
        return Speaker(join_name(names.resolve_role(divide_name(tokens, runs[-1], cues)[0])))
    # pemerintah telah …, polisi berhasil …: the role ends where its verb begins
    last = next((i for i in range(first + 1, last) if tokens.lower[i] in cues.auxiliaries), last)
    words = [tokens.words[i] for i in range(first, last) if tokens.is_word(i)]
    meant = bool(words) and (words[0].lower() in cues.role_nouns or words[0].lower() in cues.titles or bool(runs))
    return Speaker(" ".join(words)) if meant and len(words) <= _LONGEST_ROLE else NOBODY


def is_name(tokens: Tokens, run: Run, names: NameTable) -> bool:
    """Whether a lone capitalised word is a name: it opens no sentence, or is written so in mid-sentence elsewhere."""
    word = tokens.words[run[0]]
    previous = tokens.words[run[0] - 1] if run[0] else "\n"
    opens = previous[0] == "\n" or previous in {".", "!", "?", "…", '"', "“", "”", "-", "–", "—"}
    return not opens or word in names.known or word.isupper() or any(word in full for full in names.full)


def _drop_opener(tokens: Tokens, run: Run, person: Name, names: NameTable) -> Name:
    """Cut a capitalised common noun off the start of a sentence: Pengacara Sarma, Hati Sarma."""
    if len(person) > 1 and person not in names.full and person[1:] in names.full:
        return person[1:]
    if len(person) == 2 and not is_name(tokens, run, names) and person[1] in names.known:
        return person[1:] if names.resolve(person[1:]) != person[1:] else person
    return person


def join_name(name: Name) -> str:
    """Return the words of a name as text.

    Example:
        >>> join_name(("Mark", "Rutte"))
        'Mark Rutte'
    """
    return " ".join(name)
