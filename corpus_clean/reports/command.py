"""The command that makes the same run again, from the settings that are not the defaults."""

import shlex
from collections.abc import Mapping

from corpus_clean.config import ENV_PREFIX, Config, describe_config

Settings = Mapping[str, Mapping[str, object]]
"""A configuration as plain values by section and key, as a manifest has it."""

_VALUES = {
    ("read", "text_fields"): "--text-field",
    ("rules", "packs"): "--rules",
    ("dedup", "threshold"): "--threshold",
    ("dedup", "keep"): "--keep",
}
_SWITCHES = {
    ("rules", "keep_datelines"): ("--keep-datelines", "--extract-datelines"),
    ("dedup", "keep_duplicates"): ("--keep-duplicates", "--drop-duplicates"),
    ("quotes", "enabled"): ("--quotes", "--no-quotes"),
}


def reproduce_command(settings: Settings) -> str:
    """Return the command line of a run with these settings; the engine's change no result and are left out.

    What has no flag is given in the environment.

    Example:
        >>> reproduce_command({"dedup": {"threshold": 0.9, "passage_min_words": 30}})
        'CORPUS_CLEAN_DEDUP_PASSAGE_MIN_WORDS=30 corpus-clean run INPUT --out OUT --threshold 0.9'
        >>> reproduce_command({})
        'corpus-clean run INPUT --out OUT'
    """
    environment: list[str] = []
    flags: list[str] = []
    for section, key, value in changed_settings(settings):
        if (section, key) in _SWITCHES:
            on, off = _SWITCHES[section, key]
            flags.append(on if value else off)
        elif (section, key) in _VALUES:
            for item in value if isinstance(value, (list, tuple)) else [value]:
                flags += (_VALUES[section, key], shlex.quote(str(item)))
        else:
            text = ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
            environment.append(f"{ENV_PREFIX}{section}_{key}".upper() + "=" + shlex.quote(text))
    return " ".join([*environment, "corpus-clean run INPUT --out OUT", *flags])


def changed_settings(settings: Settings) -> list[tuple[str, str, object]]:
    """Return section, key and value of each setting that is not the default.

    Example:
        >>> changed_settings({"dedup": {"keep": "earliest", "threshold": 0.8}, "engine": {"workers": 3}})
        [('dedup', 'keep', 'earliest')]
    """
    defaults = describe_config(Config())
    return [
        (section, key, value)
        for section, values in settings.items()
        for key, value in values.items()
        if section not in {"engine", "gate"} and defaults.get(section, {}).get(key) != value
    ]
