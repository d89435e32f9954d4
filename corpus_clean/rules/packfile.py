"""Reads one pack file, strictly: whoever writes a pack learns from the error what to change, and where."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import regex

from corpus_clean.errors import PackError
from corpus_clean.rules.derived import look_up_traits
from corpus_clean.rules.folding import fold_text
from corpus_clean.rules.literals import choose_groups
from corpus_clean.rules.pattern import compile_pattern, expand_pattern
from corpus_clean.rules.rarity import rate_literals
from corpus_clean.rules.rule import (
    ACTIONS,
    FIELDS,
    REST_SHAPES,
    SAFETIES,
    SCOPES,
    SHAPES,
    Absorb,
    Detect,
    DocumentExample,
    Examples,
    Pack,
    Rule,
)
from corpus_clean.rules.syntax import UNBOUNDED

# Key → (type, what a person calls it). The JSON schema for editors says the same; a test compares the two.
PACK_KEYS = {"id": str, "version": str, "what": str, "languages": list, "portals": list, "disables": list}
DETECT_KEYS = {"hosts": list, "names": list, "frames": list}
RULE_KEYS = {
    "id": str, "version": str, "scope": str, "action": str, "what": str, "why": str, "match": str, "case": bool,
    "safety": str, "confidence": float, "priority": int, "field": str, "mask": str, "triggers": list,
    "unless": str, "repeats": bool, "first": int, "last": int, "lines": int, "longest": int, "absorb": dict,
    "rest": list, "share": float, "valid_from": str, "valid_until": str, "examples": dict,
}  # fmt: skip
# Lists of what is looked for in texts.
_SOUGHT = frozenset({"triggers", "hosts", "names", "frames"})
ABSORB_KEYS = {"like": str, "match": str, "least": int, "most": int, "words": int}
EXAMPLE_KEYS = {"remove": list, "keep": list, "document": list}
DOCUMENT_KEYS = {"in": str, "out": str}
TOP_KEYS = {"pack": dict, "detect": dict, "define": dict, "rule": list}
# Options that mean something in some scopes only.
SCOPED_KEYS = {"absorb": ("block",), "rest": ("tail",), "share": ("tail",), "lines": ("frame",)}

_KINDS = {str: "text", bool: "true or false", int: "a whole number", float: "a number", list: "a list", dict: "a table"}
_OWN_GROUP = regex.compile(r"_\w*")


@dataclass(frozen=True, slots=True)
class PackTable:
    """A pack file as parsed TOML, with the name that errors give it."""

    source: str
    table: Mapping[str, Any]


def parse_pack_file(source: str, text: str) -> PackTable:
    """Parse a pack file's TOML.

    Raises:
        PackError: not TOML, or a table that packs do not have.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{source}: not valid TOML ({error}); correct it there") from None
    _check_keys(table, TOP_KEYS, source)
    return PackTable(source, table)


def read_pack(parsed: PackTable, parts: Mapping[str, str], *, check_patterns: bool) -> Pack:
    """Turn a parsed file into a `Pack`.

    Args:
        parsed: what `parse_pack_file` gave.
        parts: the vocabulary's named parts; the pack's own `[define]` adds to them.
        check_patterns: compile every pattern now. Shipped packs are compiled by the tests and, here, on first use.

    Raises:
        PackError: names the file, the rule, and what to do.
    """
    source, table = parsed.source, parsed.table
    head = table.get("pack")
    if head is None:
        raise PackError(f"{source}: no [pack] table; begin the file with [pack], id, version and what")
    _check_keys(head, PACK_KEYS, f"{source} [pack]")
    _require(head, ("id", "version", "what"), f"{source} [pack]")
    detect = table.get("detect", {})
    _check_keys(detect, DETECT_KEYS, f"{source} [detect]")
    own_parts = table.get("define", {})
    _check_keys(own_parts, dict.fromkeys(own_parts, str), f"{source} [define]")
    reader = _RuleReader(source, head["id"], head["version"], {**parts, **own_parts}, check_patterns)
    rules = tuple(reader.read(entry) for entry in table.get("rule", []))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise PackError(f"{source}: rule id `{rule.id}` occurs twice; give the second another id")
        seen.add(rule.id)
    return Pack(
        id=head["id"],
        version=head["version"],
        what=head["what"],
        source=source,
        languages=_texts(head, "languages", f"{source} [pack]"),
        portals=_texts(head, "portals", f"{source} [pack]"),
        disables=_texts(head, "disables", f"{source} [pack]"),
        detect=Detect(
            hosts=tuple(host.lower() for host in _texts(detect, "hosts", f"{source} [detect]")),
            names=_texts(detect, "names", f"{source} [detect]"),
            frames=tuple(
                reader.expand(frame, f"{source} [detect]") for frame in _texts(detect, "frames", f"{source} [detect]")
            ),
        ),
        rules=rules,
    )


@dataclass(frozen=True, slots=True)
class _RuleReader:
    source: str
    pack: str
    version: str
    parts: Mapping[str, str]
    check_patterns: bool

    def read(self, entry: Mapping[str, Any]) -> Rule:
        where = f"{self.source} rule `{entry.get('id', '?')}`"
        _check_keys(entry, RULE_KEYS, where)
        _require(entry, ("id", "scope", "action", "what", "why", "match", "examples"), where)
        _require_choice(entry["scope"], SCOPES, where, "scope")
        _require_choice(entry["action"], ACTIONS, where, "action")
        _require_choice(entry.get("safety", "safe"), SAFETIES, where, "safety")
        for key, scopes in SCOPED_KEYS.items():
            if key in entry and entry["scope"] not in scopes:
                raise PackError(
                    f"{where}: `{key}` belongs to scope {' or '.join(scopes)}; remove it or change the scope"
                )
        if entry["scope"] == "block" and "absorb" not in entry:
            raise PackError(f"{where}: a block says which lines it takes along; add `absorb` or use scope line")
        pattern = self.expand(entry["match"], where, case=entry.get("case", False))
        self._check_groups(entry, pattern, where)
        traits = look_up_traits(pattern, **read_place(entry["scope"]))
        triggers = _rank_triggers(traits.groups, entry["scope"], _texts(entry, "triggers", where))
        if not triggers and not any(entry.get(key) for key in ("first", "last", "longest", "repeats")):
            raise PackError(
                f"{where}: no word of the pattern must occur, so every line would be searched; "
                "give `longest`, `first`, `last` or `triggers`"
            )
        plain = {
            key: value
            for key, value in entry.items()
            if key not in {"id", "match", "triggers", "unless", "absorb", "rest", "examples", "version"}
        }
        return Rule(
            **plain,
            id=f"{self.pack}.{entry['id']}",
            pack=self.pack,
            version=entry.get("version", self.version),
            match=entry["match"],
            pattern=pattern,
            triggers=triggers,
            # Of a match that need not be the whole line, or may go over several, these tell nothing of a line.
            reach=traits.longest if entry["scope"] in {"line", "block", "tail"} else UNBOUNDED,
            unless=self.expand(entry["unless"], where) if "unless" in entry else "",
            absorb=self._read_absorb(entry["absorb"], where) if "absorb" in entry else None,
            rest=self._read_rest(entry, where),
            examples=_read_examples(entry["examples"], where, keeps=entry["action"] == "keep"),
        )

    def expand(self, match: str, where: str, *, case: bool = False) -> str:
        try:
            pattern = expand_pattern(match, self.parts)
            if self.check_patterns:
                compile_pattern(pattern, case=case)
        except KeyError as error:
            raise PackError(f"{where}: {{{error.args[0]}}} is not defined; add it under [define]") from None
        except RecursionError:
            raise PackError(f"{where}: its named parts contain each other; break the circle in [define]") from None
        except regex.error as error:
            raise PackError(f"{where}: not a valid pattern ({error}); correct `match`") from None
        return pattern

    def _check_groups(self, entry: Mapping[str, Any], pattern: str, where: str) -> None:
        groups = set(regex.compile(r"\(\?P<(\w+)>").findall(pattern))
        strange = sorted(group for group in groups - {"cut", *FIELDS} if not _OWN_GROUP.fullmatch(group))
        if strange:
            raise PackError(
                f"{where}: group `{strange[0]}` names no field; use {', '.join(FIELDS)}, `cut`, or a name with `_`"
            )
        if "field" in entry:
            _require_choice(entry["field"], FIELDS, where, "field")
        if entry["action"] == "extract" and "field" not in entry and not groups & set(FIELDS):
            raise PackError(f"{where}: an extract rule fills a field; add `field` or a group such as (?P<place>…)")
        if entry["action"] != "extract" and "field" in entry:
            raise PackError(f"{where}: `field` belongs to action extract; remove it or change the action")

    def _read_absorb(self, table: Mapping[str, Any], where: str) -> Absorb:
        _check_keys(table, ABSORB_KEYS, f"{where} absorb")
        if ("like" in table) == ("match" in table):
            raise PackError(f"{where}: absorb takes either `like` or `match`; give one of them")
        if "like" in table:
            _require_choice(table["like"], SHAPES, where, "absorb.like")
        plain = dict(table)
        if "match" in table:
            plain["match"] = self.expand(table["match"], where)
        return Absorb(**plain)

    def _read_rest(self, entry: Mapping[str, Any], where: str) -> tuple[str, ...]:
        rest = _texts(entry, "rest", where)
        for shape in rest:
            _require_choice(shape, REST_SHAPES, where, "rest")
        return rest or ("title", "label", "known")


def _rank_triggers(
    groups: tuple[tuple[str, ...], ...], scope: str, declared: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    """What a pattern cannot do without, and what its pack says it cannot do without; the rarest first."""
    if declared:
        own = tuple(sorted({fold_text(trigger) for trigger in declared}))
        groups = tuple(choose_groups(sorted((*groups, own), key=rate_literals)))
    # A frame's literals may stand on different lines, so a line is called by one group alone.
    return groups[:1] if scope == "frame" else groups


def read_place(scope: str) -> dict[str, bool]:
    """Return where a pattern of this scope must begin and end, as `literals.find_literals` asks for it.

    Example:
        >>> read_place("head")
        {'start': True, 'end': False, 'across': False}
    """
    anchored = scope not in {"inline", "frame"}
    return {"start": anchored, "end": anchored and scope != "head", "across": scope == "frame"}


def _read_examples(table: Mapping[str, Any], where: str, *, keeps: bool) -> Examples:
    _check_keys(table, EXAMPLE_KEYS, f"{where} examples")
    documents = table.get("document", [])
    for document in documents:
        _check_keys(document, DOCUMENT_KEYS, f"{where} examples.document")
        _require(document, ("in", "out"), f"{where} examples.document")
    examples = Examples(
        remove=_texts(table, "remove", where),
        keep=_texts(table, "keep", where),
        documents=tuple(DocumentExample(document["in"], document["out"]) for document in documents),
    )
    if not keeps and not examples.remove and not examples.documents:
        raise PackError(f"{where}: no example of what it removes; add examples.remove or examples.document")
    if not examples.keep:
        raise PackError(f"{where}: no example of what must stay; add examples.keep with a near miss")
    return examples


def _check_keys(table: object, known: Mapping[str, type], where: str) -> None:
    if not isinstance(table, Mapping):
        raise PackError(f"{where}: is not a table; write it as one")
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, list(known), n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
            raise PackError(f"{where}: unknown key `{key}`; {hint}")
        kind = known[key]
        fits = isinstance(value, (int, float) if kind is float else kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            raise PackError(f"{where}: `{key}` must be {_KINDS[kind]}; correct the value")


def _require(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in keys:
        if key not in table or table[key] in ("", []):
            raise PackError(f"{where}: `{key}` is missing or empty; add it")


def _require_choice(value: str, choices: tuple[str, ...], where: str, key: str) -> None:
    if value not in choices:
        raise PackError(f"{where}: {key} `{value}` is unknown; use {', '.join(choices)}")


def _texts(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    values = table.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise PackError(f"{where}: `{key}` must be a list of texts; correct the value")
    if key in _SOUGHT and not all(value.strip() for value in values):
        raise PackError(f"{where}: `{key}` holds an empty text, which is found everywhere; take it out")
    return tuple(cast("list[str]", values))
