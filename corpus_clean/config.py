"""One frozen configuration per subject, and where its values come from.

Precedence: flags > environment (`CORPUS_CLEAN_DEDUP_THRESHOLD=0.9`) > `corpus-clean.toml` >
`[tool.corpus-clean]` in `pyproject.toml` > the defaults below. An unknown key is an error with a suggestion.
"""

import difflib
import os
import tomllib
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from corpus_clean.errors import ConfigError

ENV_PREFIX = "CORPUS_CLEAN_"


@dataclass(frozen=True, slots=True)
class ReadConfig:
    """How records are found in files, and what is too much.

    `text_fields`: the first one that holds a string is the text. A record of more than `max_record` bytes, or one that
    takes more than `timeout` seconds of processor time, is quarantined. A compressed file is read until it has become
    `max_expansion` times its size (64 MB are always read); the rest counts as damaged.
    """

    text_fields: tuple[str, ...] = ("text", "content", "body", "article")
    max_record: int = 32 << 20
    max_expansion: int = 200
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class RulesConfig:
    """What the noise rules may do.

    `packs` are further pack files; `keep_datelines` leaves datelines, bylines and timestamps in the text;
    a document that would lose more than `max_removed` of its characters is kept whole and flagged.
    """

    packs: tuple[str, ...] = ()
    keep_datelines: bool = False
    max_removed: float = 0.35


@dataclass(frozen=True, slots=True)
class DedupConfig:
    """What counts as a repetition, and what is left out for it.

    Documents are left out from Jaccard `threshold` on. They are linked as a reprint from Jaccard `reprint_jaccard`, as
    an excerpt from containment `link_containment`, as a rewrite from `link_jaccard` or `rewrite_containment` on.
    `keep` orders the copies: `longest`, `earliest`, `cleanest` or `source:a,b,c`. A run that would leave out more than
    `max_removed` of one source publishes nothing.
    """

    threshold: float = 0.8
    link_jaccard: float = 0.5
    reprint_jaccard: float = 0.6
    link_containment: float = 0.8
    rewrite_containment: float = 0.65
    keep: str = "longest"
    keep_duplicates: bool = False
    max_removed: float = 0.5
    permutations: int = 128
    passage_min_words: int = 20


@dataclass(frozen=True, slots=True)
class QuotesConfig:
    """What links two quotes: the containment asked of the same speaker, and where one is not known.

    Quotes of `min_words` words bring two articles together. Articles published more than `within_days` days apart are
    not compared (0: however far apart; an article without a date is compared with all).
    """

    enabled: bool = True
    same_speaker: float = 0.60
    unknown_speaker: float = 0.78
    min_words: int = 8
    within_days: int = 0


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """Where the work runs. `workers` 0 means one per core; `memory` bounds the SQL part.

    On Spark, `master` is where the cluster is ("" for this machine), `options` are settings of Spark as `key=value`,
    `memory` bounds each executor, and `work` is a URL under which stages lie while a run lasts, for workers that share
    no disk ("": beside OUT). `cache` is a folder for extractions of pages that later runs may use, or "".
    """

    name: str = "local"
    workers: int = 0
    memory: str = "2GB"
    master: str = ""
    options: tuple[str, ...] = ()
    work: str = ""
    cache: str = ""


@dataclass(frozen=True, slots=True)
class GateConfig:
    """What `check` and the hooks look at, below the configuration's folder.

    `paths` are folders or files, `exclude` glob patterns (`*` crosses slashes) of paths or folders in them. `baseline`
    lists accepted findings. `allow_unchecked` lets Git LFS and git-annex pointers pass, whose content is not there.
    """

    paths: tuple[str, ...] = (".",)
    exclude: tuple[str, ...] = ()
    baseline: str = ".corpus-clean-baseline"
    allow_unchecked: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """All of it. The engine's part never changes a result."""

    read: ReadConfig = field(default_factory=ReadConfig)
    rules: RulesConfig = field(default_factory=RulesConfig)
    dedup: DedupConfig = field(default_factory=DedupConfig)
    quotes: QuotesConfig = field(default_factory=QuotesConfig)
    engine: EngineConfig = field(default_factory=EngineConfig)
    gate: GateConfig = field(default_factory=GateConfig)


def load_config(
    directory: Path | None = None,
    *,
    file: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    flags: Mapping[str, Mapping[str, object]] | None = None,
) -> Config:
    """Read the configuration for work started in `directory`.

    Args:
        directory: where `corpus-clean.toml` and `pyproject.toml` are looked for (default: the working directory).
        file: a configuration file to use instead of these two.
        environ: the environment variables.
        flags: values given on the command line, by section; `None` values count as not given.

    Raises:
        ConfigError: an unreadable file, an unknown key, or a value of the wrong kind.

    Example:
        >>> load_config(Path("/"), environ={}, flags={"dedup": {"threshold": 0.9}}).dedup.threshold
        0.9
    """
    directory = directory or Path.cwd()
    config = Config()
    for source, table in _config_tables(directory, file):
        config = _overlay(config, table, source)
    config = _overlay(config, _environment_table(environ), "environment")
    given = {
        section: {key: value for key, value in values.items() if value is not None}
        for section, values in (flags or {}).items()
    }
    return _checked(_overlay(config, given, "command line"))


def _config_tables(directory: Path, file: Path | None) -> list[tuple[str, Mapping[str, Any]]]:
    if file is not None:
        return [(str(file), _read_toml(file))]
    tables: list[tuple[str, Mapping[str, Any]]] = []
    pyproject = directory / "pyproject.toml"
    if pyproject.is_file():
        section = _read_toml(pyproject).get("tool", {}).get("corpus-clean", {})
        tables.append((f"{pyproject} [tool.corpus-clean]", section))
    own = directory / "corpus-clean.toml"
    if own.is_file():
        tables.append((str(own), _read_toml(own)))
    return tables


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML ({error}); correct it there") from None


def _environment_table(environ: Mapping[str, str]) -> dict[str, dict[str, object]]:
    table: dict[str, dict[str, object]] = {}
    for name, value in sorted(environ.items()):
        if not name.startswith(ENV_PREFIX):
            continue
        section, _, key = name.removeprefix(ENV_PREFIX).lower().partition("_")
        table.setdefault(section, {})[key] = value
    return table


def _overlay(config: Config, table: Mapping[str, Any], source: str) -> Config:
    changes: dict[str, Any] = {}
    for section, values in table.items():
        _require_known(section, [f.name for f in fields(Config)], source, "section")
        current = getattr(config, section)
        if not isinstance(values, Mapping):
            raise ConfigError(f"{source}: `{section}` is a section; write it as [{section}] with keys under it")
        known = {f.name: f for f in fields(current)}
        hints = typing.get_type_hints(type(current))
        for key, value in values.items():
            name = key.replace("-", "_")
            _require_known(name, list(known), f"{source} [{section}]", "key")
            coerced = _coerce(value, hints[name], f"{source} [{section}] {key}")
            current = replace(current, **{name: coerced})
        changes[section] = current
    return replace(config, **changes)


def _require_known(name: str, known: Sequence[str], source: str, kind: str) -> None:
    if name in known:
        return
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
    raise ConfigError(f"{source}: unknown {kind} `{name}`; {hint}")


def _coerce(value: object, kind: object, where: str) -> object:
    if kind is bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in {"1", "true", "yes", "0", "false", "no"}:
            return value.lower() in {"1", "true", "yes"}
    elif kind is float or kind is int:
        number = int if kind is int else float
        if isinstance(value, (int, float, str)) and not isinstance(value, bool):
            try:
                return number(value)
            except ValueError:
                pass
    elif kind is str and isinstance(value, str):
        return value
    elif kind == tuple[str, ...]:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        if isinstance(value, Sequence) and all(isinstance(item, str) for item in value):
            return tuple(value)
    name = getattr(kind, "__name__", str(kind)).replace("tuple", "list of text")
    raise ConfigError(f"{where}: `{value}` is not a {name}; correct the value")


def _checked(config: Config) -> Config:
    shares = {
        "dedup.threshold": config.dedup.threshold,
        "dedup.link_jaccard": config.dedup.link_jaccard,
        "dedup.reprint_jaccard": config.dedup.reprint_jaccard,
        "dedup.link_containment": config.dedup.link_containment,
        "dedup.rewrite_containment": config.dedup.rewrite_containment,
        "dedup.max_removed": config.dedup.max_removed,
        "rules.max_removed": config.rules.max_removed,
        "quotes.same_speaker": config.quotes.same_speaker,
        "quotes.unknown_speaker": config.quotes.unknown_speaker,
    }
    for name, value in shares.items():
        if not 0 < value <= 1:
            raise ConfigError(f"{name}: {value} is out of range; give a share above 0 and up to 1")
    if config.dedup.threshold < config.dedup.link_jaccard:
        raise ConfigError(
            f"dedup.threshold: {config.dedup.threshold} is below dedup.link_jaccard "
            f"({config.dedup.link_jaccard}); what is removed must first be linked: lower link_jaccard too"
        )
    if config.dedup.keep not in {"longest", "earliest", "cleanest"} and not config.dedup.keep.startswith("source:"):
        raise ConfigError(
            f"dedup.keep: `{config.dedup.keep}` is unknown; use longest, earliest, cleanest or source:a,b"
        )
    if config.quotes.within_days < 0:
        raise ConfigError(
            f"quotes.within_days: {config.quotes.within_days} is negative; give 0 for no limit, or a number of days"
        )
    if config.engine.workers < 0:
        raise ConfigError(f"engine.workers: {config.engine.workers} is negative; give 0 for one per core, or a number")
    for name in ("max_record", "max_expansion", "timeout"):
        if getattr(config.read, name) <= 0:
            raise ConfigError(f"read.{name}: {getattr(config.read, name)} is not above 0; give a larger number")
    if config.dedup.permutations < 16:
        raise ConfigError(f"dedup.permutations: {config.dedup.permutations} is too few; give 16 or more")
    return config


def describe_config(config: Config) -> dict[str, dict[str, object]]:
    """Return the configuration as nested plain values, in field order (for the manifest)."""
    return {
        section.name: {
            entry.name: _plain(getattr(getattr(config, section.name), entry.name))
            for entry in fields(getattr(config, section.name))
        }
        for section in fields(config)
        if is_dataclass(getattr(config, section.name))
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
