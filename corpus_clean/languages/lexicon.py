"""What the package knows of each language: one TOML file a language, found by looking in the folder."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpus_clean.errors import PackError

FOLDER = Path(__file__).parent

_WORD_LISTS = {
    "detection": ("common", "distinctive"),
    "attribution": (
        "after",
        "after_mark",
        "pronoun_suffixes",
        "before",
        "before_mark",
        "passive",
        "retrospective",
        "according",
        "according_pronoun",
        "complementizers",
        "conjunctions",
        "relatives",
        "agents",
        "sources",
        "pronouns",
        "auxiliaries",
        "name_ends",
        "openers",
        "background",
    ),
    "names": (
        "titles",
        "local_titles",
        "locatives",
        "institutions",
        "role_nouns",
        "statement_nouns",
        "demonstratives",
        "calendar",
        "nicknames",
        "particles",
        "joiners",
        "abbreviations",
    ),
    "comparison": ("negations", "formulas"),
}
_KINDS = ("direct", "fragment", "indirect")


@dataclass(frozen=True, slots=True)
class ExpectedQuote:
    """One quote that an example sentence must give."""

    text: str
    kind: str
    speaker: str


@dataclass(frozen=True, slots=True)
class LexiconExample:
    """A sentence, and the quotes that are found in it: the test that stands beside the words."""

    sentence: str
    quotes: tuple[ExpectedQuote, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, all in lower case. Phrases have single spaces.

    docs/quotes.md says what each list is for.
    """

    language: str
    name: str
    common: frozenset[str]
    distinctive: frozenset[str]
    after: frozenset[str]
    after_mark: frozenset[str]
    pronoun_suffixes: frozenset[str]
    before: frozenset[str]
    before_mark: frozenset[str]
    passive: frozenset[str]
    retrospective: frozenset[str]
    according: frozenset[str]
    according_pronoun: frozenset[str]
    complementizers: frozenset[str]
    conjunctions: frozenset[str]
    relatives: frozenset[str]
    agents: frozenset[str]
    sources: frozenset[str]
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
    abbreviations: frozenset[str]
    negations: frozenset[str]
    formulas: frozenset[str]
    numbers: Mapping[str, int]
    aliases: Mapping[str, str]
    examples: tuple[LexiconExample, ...]


@functools.cache
def load_lexicons() -> Mapping[str, Lexicon]:
    """Read every language file of the package, by ISO 639-1 code, in the order of their codes.

    Raises:
        PackError: a file that is not valid TOML, lacks a key, has one too many, or holds the wrong kind.

    Example:
        >>> sorted(load_lexicons())
        ['en', 'id', 'ms']
        >>> "bahwa" in load_lexicons()["id"].complementizers
        True
    """
    lexicons = {path.stem: read_lexicon(path) for path in sorted(FOLDER.glob("*.toml"))}
    return MappingProxyType(lexicons)


def read_lexicon(path: Path) -> Lexicon:
    """Read and check one language file; its name is the language's code.

    Raises:
        PackError: as for `load_lexicons`.

    Example:
        >>> read_lexicon(FOLDER / "en.toml").name
        'English'
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PackError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: not valid TOML ({error}); correct it there") from None
    _check_keys(table, {"language", "name", *_WORD_LISTS, "example"}, str(path))
    if table["language"] != path.stem:
        raise PackError(f"{path}: language is `{table['language']}`; name the file `{table['language']}.toml`")
    if not isinstance(table["name"], str):
        raise PackError(f"{path}: name must be text; write the language's English name")
    words: dict[str, frozenset[str]] = {}
    for section, keys in _WORD_LISTS.items():
        where = f"{path} [{section}]"
        extra = {"numbers", "aliases"} if section == "comparison" else set()
        if not isinstance(table[section], dict):
            raise PackError(f"{where}: must be a table; write it as [{section}] with keys under it")
        _check_keys(table[section], {*keys, *extra}, where)
        words |= {key: _read_words(table[section][key], f"{where} {key}") for key in keys}
    comparison = table["comparison"]
    return Lexicon(
        language=path.stem,
        name=table["name"],
        **words,
        numbers=_read_mapping(comparison["numbers"], int, f"{path} [comparison] numbers"),
        aliases=_read_mapping(comparison["aliases"], str, f"{path} [comparison] aliases"),
        examples=_read_examples(table["example"], f"{path} [[example]]"),
    )


def _check_keys(table: Mapping[str, Any], expected: set[str], where: str) -> None:
    if missing := sorted(expected - set(table)):
        raise PackError(f"{where}: `{missing[0]}` is missing; add it, empty if the language has none")
    if unknown := sorted(set(table) - expected):
        raise PackError(f"{where}: unknown key `{unknown[0]}`; known: {', '.join(sorted(expected))}")


def _read_words(value: object, where: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise PackError(f"{where}: must be a list of words")
    for word in value:
        if not word or word != " ".join(word.lower().split()):
            raise PackError(f"{where}: `{word}` must be lower case with single spaces")
    return frozenset(value)


def _read_mapping(value: object, kind: type, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict) or not all(type(item) is kind for item in value.values()):
        raise PackError(f"{where}: must be a table of {'numbers' if kind is int else 'words'}")
    for word in value:
        if not word or word != " ".join(word.lower().split()):
            raise PackError(f"{where}: `{word}` must be lower case with single spaces")
    return MappingProxyType(dict(value))


def _read_examples(value: object, where: str) -> tuple[LexiconExample, ...]:
    if not isinstance(value, list) or not value:
        raise PackError(f"{where}: at least one example is needed; give a sentence and its quotes")
    examples = []
    for number, entry in enumerate(value, 1):
        _check_keys(entry, {"sentence", "quotes"}, f"{where} {number}")
        expected = []
        for quote in entry["quotes"]:
            _check_keys(quote, {"text", "kind", "speaker"}, f"{where} {number} quotes")
            if quote["kind"] not in _KINDS:
                raise PackError(f"{where} {number}: kind `{quote['kind']}` is unknown; use {', '.join(_KINDS)}")
            if quote["text"] not in entry["sentence"]:
                raise PackError(f"{where} {number}: the quote's text is not in the sentence; copy it from there")
            expected.append(ExpectedQuote(quote["text"], quote["kind"], quote["speaker"]))
        examples.append(LexiconExample(entry["sentence"], tuple(expected)))
    return tuple(examples)
