"""The lexicons of one or more languages, merged and indexed for one pass over a text's words."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from corpus_clean.languages.lexicon import Lexicon, load_lexicons


@dataclass(frozen=True, slots=True, eq=False)
class Cues:
    """Word sets, lower case; `hot` holds every word that can make a sentence one of reported speech.

    `following` are those that can stand behind what is said, `leading` those before it, and `watched` are `hot` or
    `leading`; `retrospective` are phrases by their first word. `unnamed_first` and `unnamed_last` begin or end a run of
    capitals and are no part of a name, `offices` are titles and institutions.
    There is one of each kind, known by itself alone.
    """

    after: frozenset[str]
    after_pronoun: frozenset[str]
    following: frozenset[str]
    after_mark: frozenset[str]
    before: frozenset[str]
    before_mark: frozenset[str]
    passive: frozenset[str]
    retrospective: Mapping[str, tuple[tuple[str, ...], ...]]
    according: frozenset[str]
    according_phrases: tuple[tuple[str, ...], ...]
    according_pronoun: frozenset[str]
    complementizers: frozenset[str]
    conjunctions: frozenset[str]
    relatives: frozenset[str]
    agents: frozenset[str]
    pronouns: frozenset[str]
    auxiliaries: frozenset[str]
    name_ends: frozenset[str]
    openers: frozenset[str]
    background: frozenset[str]
    titles: frozenset[str]
    local_titles: frozenset[str]
    locatives: frozenset[str]
    institutions: frozenset[str]
    role_nouns: frozenset[str]
    statement_nouns: frozenset[str]
    demonstratives: frozenset[str]
    calendar: frozenset[str]
    nicknames: frozenset[str]
    particles: frozenset[str]
    joiners: frozenset[str]
    hot: frozenset[str]
    leading: frozenset[str]
    watched: frozenset[str]
    unnamed_first: frozenset[str]
    unnamed_last: frozenset[str]
    offices: frozenset[str]


@functools.cache
def cues_of(language: str) -> Cues:
    """Return the cues of a language; of all languages together where it is unknown.

    Example:
        >>> "katanya" in cues_of("id").after_pronoun
        True
    """
    lexicons = load_lexicons()
    return _merge([lexicons[language]] if language in lexicons else list(lexicons.values()))


def _merge(lexicons: Iterable[Lexicon]) -> Cues:
    chosen = list(lexicons)

    def union(name: str) -> frozenset[str]:
        return frozenset().union(*(getattr(lexicon, name) for lexicon in chosen))

    after, after_mark = union("after"), union("after_mark")
    suffixed = frozenset(
        verb + suffix
        for lexicon in chosen
        for suffix in lexicon.pronoun_suffixes
        for verb in lexicon.after | lexicon.after_mark
    )
    strong_suffixed = frozenset(
        verb + suffix for lexicon in chosen for suffix in lexicon.pronoun_suffixes for verb in lexicon.after
    )
    according, sources = union("according"), union("sources")
    retrospective = sorted(tuple(phrase.split()) for phrase in union("retrospective"))
    phrases = tuple(sorted(tuple(phrase.split()) for phrase in according if " " in phrase))
    according = frozenset(word for word in according if " " not in word)
    according_pronoun = union("according_pronoun")
    before, before_mark, passive = union("before"), union("before_mark"), union("passive")
    heads = {phrase[0] for phrase in phrases}
    openers, calendar = union("openers"), union("calendar")
    titles, institutions = union("titles"), union("institutions")
    hot = after | strong_suffixed | before | according | according_pronoun | passive
    leading = according | according_pronoun | before | before_mark | heads
    return Cues(
        after=after,
        after_pronoun=suffixed | strong_suffixed,
        following=after | suffixed | strong_suffixed,
        after_mark=after_mark | after,
        before=before,
        before_mark=before_mark,
        passive=passive,
        retrospective={head: tuple(group) for head, group in groupby(retrospective, key=itemgetter(0))},
        according=according,
        according_phrases=phrases,
        according_pronoun=according_pronoun,
        complementizers=union("complementizers"),
        conjunctions=union("conjunctions"),
        relatives=union("relatives"),
        agents=union("agents"),
        pronouns=union("pronouns"),
        auxiliaries=union("auxiliaries"),
        name_ends=union("name_ends") | sources,
        openers=openers,
        background=union("background"),
        titles=titles,
        local_titles=union("local_titles"),
        locatives=union("locatives"),
        institutions=institutions,
        role_nouns=union("role_nouns"),
        statement_nouns=union("statement_nouns"),
        demonstratives=union("demonstratives"),
        calendar=calendar,
        nicknames=union("nicknames"),
        particles=union("particles"),
        joiners=union("joiners"),
        hot=hot | heads,
        leading=leading,
        watched=hot | heads | leading,
        unnamed_first=openers | calendar | {"."},
        unnamed_last=calendar | {".", ")"},
        offices=titles | institutions,
    )
