"""Names as an article gives them: short forms, full forms, titles, and who belongs to which organisation."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise

from corpus_clean.quotes.cues import Cues
from corpus_clean.quotes.titles import PART, Name, divide_words, word_kinds
from corpus_clean.quotes.tokens import ENDS, Tokens

_LONGEST_NAME = 4
_OWN_NAME = 4
_LONGEST_GAP = 5
_HEADLINE_WORDS = 5
_HEADLINE_SHARE = 0.6

Run = tuple[int, int]
_Mention = tuple[Run, bool, Name, Name, Name]
"""A run of capitals, whether it opens a sentence, its words, and what `strip_titles` makes of them."""


@dataclass(slots=True)
class NameTable:
    """The names of one article.

    `full` counts persons' names of two and more words, in the order of their first mention. `roles` says who holds
    an office ("Menteri Luar Negeri" → "Sugiono"), `other` maps nicknames and abbreviations to names, `known` are
    words that are capitalised in mid-sentence, `mentions` counts people,
    and `affiliations` pairs an organisation's word with a person.
    """

    full: Counter[Name] = field(default_factory=Counter)
    roles: dict[Name, Name] = field(default_factory=dict)
    other: dict[Name, Name] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    mentions: Counter[Name] = field(default_factory=Counter)
    affiliations: set[tuple[str, Name]] = field(default_factory=set)
    _fullest: dict[Name, Name] = field(default_factory=dict)

    def resolve(self, name: Name) -> Name:
        """Return the fullest form of a person's name in the article.

        Of several, the one introduced first is meant, unless it is much rarer than another.

        Example:
            >>> NameTable(full=Counter({("Mark", "Rutte"): 2})).resolve(("Rutte",))
            ('Mark', 'Rutte')
        """
        short = self.other.get(name, name)
        if short not in self._fullest:
            self._fullest[short] = self._expand(short)
        return self._fullest[short]

    def _expand(self, name: Name) -> Name:
        fitting = [
            (candidate, count)
            for candidate, count in self.full.items()
            if len(name) < len(candidate) <= _LONGEST_NAME and name[0] in candidate and _is_part(name, candidate)
        ]
        if not fitting:
            return name
        most = max(count for _, count in fitting)
        if len(name) == 1 and most == 1 and self.mentions[name] > _OWN_NAME:
            return name  # one who goes by one name
        best = next(candidate for candidate, count in fitting if 2 * count >= most)
        return self._expand(best) if len(best) < _LONGEST_NAME else best

    def resolve_role(self, role: Name) -> Name:
        """Return who holds an office in the article, or the office itself.

        Example:
            >>> table = NameTable(roles={("menteri", "luar", "negeri"): ("Sugiono",)})
            >>> table.resolve_role(("Menteri", "Luar", "Negeri", "RI"))
            ('Sugiono',)
        """
        words = tuple(word.lower() for word in role)
        if len(words) < 2:
            return self.other.get(role, role)
        for known, person in self.roles.items():
            width = min(3, len(words), max(2, len(known)))
            if known[:width] == words[:width]:
                return person
        return self.other.get(role, role)


def capital_runs(tokens: Tokens, first: int, last: int, cues: Cues) -> list[Run]:
    """Return the runs of capitalised words in `first:last`, without sentence openers and dates.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> tokens = tokenize("Namun Mark Rutte pada Senin bertemu M. Sarma.")
        >>> [tokens.words[a:b] for a, b in capital_runs(tokens, 0, len(tokens), cues_of("id"))]
        [['Mark', 'Rutte'], ['M', '.', 'Sarma']]
    """
    runs = []
    words, lower, capital, capitals = tokens.words, tokens.lower, tokens.capital, tokens.capitals
    unnamed_first, unnamed_last = cues.unnamed_first, cues.unnamed_last
    end = first
    for index in capitals[bisect_left(capitals, first) : bisect_left(capitals, last)]:
        if index < end:
            continue
        end = index + 1
        while end < last:
            word = words[end]
            if capital[end]:
                end += 1
            elif (
                end + 1 < last
                and capital[end + 1]
                and (
                    (
                        word == "."
                        and len(words[end - 1]) <= 3
                        and not tokens.spaced_before(end)
                        and not (words[end - 1].isupper() and len(words[end - 1]) > 1)
                    )
                    or lower[end] in cues.particles
                    or (word.isdigit() and len(word) <= 3 and lower[end + 1] not in cues.calendar)
                    or (lower[end] in cues.joiners and lower[index] in cues.institutions)
                )
            ):
                end += 2
            elif word == "(" and (close := _abbreviation_end(tokens, end, last)):
                end = close
            else:
                break
        begin = index
        while begin < end and lower[begin] in unnamed_first:
            begin += 1
        stop = end
        while stop > begin and lower[stop - 1] in unnamed_last:
            stop -= 1
        if begin < stop:
            runs.append((begin, stop))
    return runs


def _abbreviation_end(tokens: Tokens, index: int, last: int) -> int:
    """The capital after "(PKS)" in "Partai Keadilan Sejahtera (PKS) Zainudin Paru", or 0."""
    close = index + 1
    while close < min(index + 4, last) and tokens.words[close][0].isupper():
        close += 1
    if index + 1 < close < last - 1 and tokens.words[close] == ")" and tokens.words[close + 1][0].isupper():
        return close + 1
    return 0


def divide_name(tokens: Tokens, run: Run, cues: Cues) -> tuple[Name, Name, Name]:
    """Return the words of a run as a name, marks and possessive endings dropped, and what `strip_titles` makes of it.

    Scrapers glue words at links ("GubernurAksarayMehmet"); halves of four letters and more are cut apart again.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> divide_name(tokenize("Bupati Sarma Wirya"), (0, 3), cues_of("id"))
        (('Bupati', 'Sarma', 'Wirya'), ('Bupati',), ('Sarma', 'Wirya'))
    """
    return divide_words(tokens.words[run[0] : run[1]], word_kinds(cues))


def collect_names(tokens: Tokens, cues: Cues) -> NameTable:
    """Read all names of an article once.

    Example:
        >>> from corpus_clean.quotes.cues import cues_of
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> table = collect_names(tokenize("Sekjen NATO Mark Rutte tiba. Rutte lelah."), cues_of("id"))
        >>> table.resolve(("Rutte",)), sorted(table.affiliations)
        (('Mark', 'Rutte'), [('nato', ('Mark', 'Rutte'))])
    """
    table = NameTable()
    mentions = _read_mentions(tokens, cues)
    known = table.known
    known.update(*[name[1:] if opens else name for _, opens, name, _, _ in mentions])
    people = [person for *_, person in mentions if person]
    table.mentions = Counter(person for person in people if len(person) <= _LONGEST_NAME)
    alone = set(people)
    speaking = _count_speaking(tokens, mentions, alone, cues)
    places: set[Name] | None = None
    for run, opens, _, lead, person in mentions:
        if len(person) < 2:
            if person and lead:
                table.roles.setdefault(tuple(word.lower() for word in lead), person)
            continue
        anchored = person
        if len(person) > 2:
            anchored = _anchor(person, speaking)
            if lead and len(anchored) > 2:
                places = _find_places(tokens, mentions, cues) if places is None else places
                anchored = _cut_place(anchored, lead, alone, places, cues)
        if anchored != person:
            table.other.setdefault(person, anchored)
        elif opens and len(person) > 2 and person[0] not in known:
            anchored = person[1:]
        if len(anchored) > _LONGEST_NAME or (
            # A noun that opens a sentence before a name: Tindakan Densus …
            len(anchored) == 2
            and opens
            and anchored[0] not in known
            and anchored[1] in known
            and not _beside_cue(tokens, run, cues)
        ):
            continue
        titled = run[0] > 0 and tokens.lower[run[0] - 1] in cues.titles
        _add_person(table, lead + person[: len(person) - len(anchored)], anchored, titled, cues)
    _collect_other_names(tokens, mentions, table, cues)
    return table


def _read_mentions(tokens: Tokens, cues: Cues) -> list[_Mention]:
    headlines, kinds = _headline_tokens(tokens), word_kinds(cues)
    words = tokens.words
    found: list[_Mention] = []
    for run in capital_runs(tokens, 0, len(tokens), cues):
        first, last = run
        if first in headlines:
            continue
        word = words[first]
        opens = not first or words[first - 1][0] in _BEFORE_OPENING
        if last == first + 1 and kinds[word] == PART:
            name = (word,)
            found.append((run, opens, name, (), name))
        else:
            found.append((run, opens, *divide_words(words[first:last], kinds)))
    return found


def _count_speaking(tokens: Tokens, mentions: Sequence[_Mention], alone: Set[Name], cues: Cues) -> Counter[str]:
    """Count how often each word of the longer names speaks alone."""
    long = {word for person in alone if len(person) > 2 for word in person}
    return Counter(
        person[0]
        for run, _, _, _, person in mentions
        if len(person) == 1 and person[0] in long and _beside_cue(tokens, run, cues)
    )


def _find_places(tokens: Tokens, mentions: Sequence[_Mention], cues: Cues) -> set[Name]:
    lower, locatives = tokens.lower, cues.locatives
    return {name for run, _, name, _, _ in mentions if run[0] and lower[run[0] - 1] in locatives}


def _add_person(table: NameTable, role: Name, person: Name, titled: bool, cues: Cues) -> None:
    """Count a mention, more where a title introduces it, and note the office and the organisations in it."""
    table.full[person] = table.full.get(person, 0) + 1 + titled + bool(role)
    if not role:
        return
    lower = tuple(map(str.lower, role))
    table.roles.setdefault(lower, person)
    for word, low in zip(role, lower, strict=True):
        if low not in cues.titles and (low in cues.institutions or word.isupper()):
            table.affiliations.add((low, person))


def _opens_sentence(tokens: Tokens, index: int) -> bool:
    return not index or tokens.words[index - 1][0] in _BEFORE_OPENING


_BEFORE_OPENING = ENDS | {"\n", '"', "“", "”", "-", "–", "—", ":", "»"}


def _headline_tokens(tokens: Tokens) -> set[int]:
    """The tokens of lines in title case: they say nothing of where names begin and end."""
    found: set[int] = set()
    first = 0
    words = tokens.words
    for index in [*(stop for stop in tokens.stops if words[stop][0] == "\n"), len(words)]:
        if index - first >= _HEADLINE_WORDS and words[index - 1] not in ENDS:
            line = [word[0] for word in words[first:index] if word[0].isalpha()]
            capitals = sum(map(str.isupper, line))
            if len(line) >= _HEADLINE_WORDS and capitals >= _HEADLINE_SHARE * len(line):
                found.update(range(first, index))
        first = index + 1
    return found


def _beside_cue(tokens: Tokens, run: Run, cues: Cues) -> bool:
    before = tokens.lower[run[0] - 1] if run[0] else ""
    if before in cues.after or before in cues.according:
        return True
    return not cues.before.isdisjoint(tokens.lower[run[1] : run[1] + 3])


def _anchor(person: Name, speaking: Counter[str]) -> Name:
    """Cut what is no part of the name off its front, where a shorter form speaks more: Jember Hendy Siswanto."""
    if len(person) <= 2:
        return person
    own = speaking.get(person[0], 0)
    for start in range(1, len(person)):
        if speaking.get(person[start], 0) > own:
            return person[start:] if start < len(person) - 1 else person[-2:]
    return person


def _cut_place(person: Name, lead: Name, alone: Set[Name], places: Set[Name], cues: Cues) -> Name:
    """Cut a place or an office's field off a name that follows a title: Gubernur Teluk Kencana Sarma Wirya.

    What says so: the rest stands alone as a name elsewhere, the front is a place elsewhere ("di Teluk Kencana"), or the
    title is one that is followed by its place, and nobody goes by the front.
    """
    if len(person) < 3 or not lead:
        return person
    for start in range(len(person) - 2, 0, -1):
        if person[:start] in places:
            return person[start:]
    for start in range(1, len(person) - 1):
        if person[start:] in alone:
            return person[start:]
    local = lead[-1].lower() in cues.local_titles
    return person[-2:] if local and not any((word,) in alone for word in person[:-2]) else person


def _collect_other_names(tokens: Tokens, mentions: Sequence[_Mention], table: NameTable, cues: Cues) -> None:
    lower, nicknames = tokens.lower, cues.nicknames
    for (left, opens, first, _, person), (right, _, second, _, other) in pairwise(mentions):
        begin, end = left[1], right[0]
        if end - begin > _LONGEST_GAP:
            continue
        if not person:
            if end == begin + 1 and len(second) == 1 and len(first) > 1 and lower[begin] == "(":
                table.other.setdefault(second, first)  # Komisi Pemberantasan Korupsi (KPK)
        elif other and not nicknames.isdisjoint(lower[begin:end]):
            one = person
            if len(person) == len(other) == 1 and opens:
                # Pria yang akrab disapa Mualem: the one named before.
                earlier = [known for run, *_, known in mentions if run[0] < left[0] and len(known) > 1]
                one = earlier[-1] if earlier else person
            one = table.resolve(one)
            long, short = (one, other) if len(one) >= len(other) else (other, one)
            if len(long) > 1 and len(short) == 1:
                table.other.setdefault(short, table.resolve(long))


def _is_part(short: Name, long: Name) -> bool:
    return any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1))
