r"""Accepted findings: a committed file of sorted lines, so that what was there does not block and what is new does.

    noise<TAB>path<TAB>rule<TAB>digest<TAB>times<TAB>how it begins
    duplicate<TAB>member<TAB>member…            a member is path@digest, with *n where a file holds the text n times

No line names a time or a place in a file, so lines stay as they are when a file changes elsewhere. Backslash, tab, line
feed and carriage return in a path are written `\\`, `\t`, `\n`, `\r`, an `@` of its own as `\@`.
"""

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus_clean.errors import UsageError
from corpus_clean.similarity.components import join_groups

HEADER = "# Findings of corpus-clean that are accepted; written by `corpus-clean baseline update`."
_SHOWN = 60
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "@": "\\@"}
_UNESCAPES = {escape[1]: character for character, escape in _ESCAPES.items()}


@dataclass(frozen=True, slots=True, order=True)
class Noise:
    """One kind of noise in one file: the rule, and the digest of what it takes."""

    path: str
    rule: str
    digest: str


@dataclass(frozen=True, slots=True, order=True)
class Copy:
    """A document of a cluster: where it lies, and the digest of its text. `part` of many in one file."""

    path: str
    digest: str


@dataclass(frozen=True)
class Baseline:
    """What is accepted: noise with how often and how it begins, and clusters of copies with how often each occurs."""

    noise: Mapping[Noise, tuple[int, str]] = field(default_factory=dict)
    clusters: tuple[Mapping[Copy, int], ...] = ()

    def count_accepted(self, noise: Noise, exists: Callable[[str], bool]) -> int:
        """Return how often this is accepted: there, or else in a file that is gone, for it may have been renamed."""
        if noise in self.noise:
            return self.noise[noise][0]
        elsewhere = self._anywhere.get((noise.rule, noise.digest), ())
        return max((times for path, times in elsewhere if not exists(path)), default=0)

    @functools.cached_property
    def _anywhere(self) -> Mapping[tuple[str, str], list[tuple[str, int]]]:
        found: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for noise, (times, _) in self.noise.items():
            found.setdefault((noise.rule, noise.digest), []).append((noise.path, times))
        return found


def read_baseline(place: Path) -> Baseline:
    """Read a baseline; a file that is not there accepts nothing.

    Raises:
        UsageError: it is not one.
    """
    try:
        text = place.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return Baseline()
    except UnicodeDecodeError:
        raise UsageError(f"{place}: not UTF-8; write it anew with `corpus-clean baseline update`") from None
    return parse_baseline(text, str(place))


def parse_baseline(text: str, name: str = "baseline") -> Baseline:
    r"""Return the baseline that `format_baseline` wrote.

    Raises:
        UsageError: a line that it cannot have written.

    Example:
        >>> parse_baseline("noise\ta.txt\tid/common.baca-juga\t0f\t2\tBaca juga\n").noise
        {Noise(path='a.txt', rule='id/common.baca-juga', digest='0f'): (2, 'Baca juga')}
    """
    noise: dict[Noise, tuple[int, str]] = {}
    clusters: list[Mapping[Copy, int]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, *values = line.rstrip("\r").split("\t")
        try:
            if kind == "noise":
                path, rule, digest, times, shown = values
                noise[Noise(_unescape(path), rule, digest)] = (int(times), _unescape(shown))
            elif kind == "duplicate":
                clusters.append(dict(map(_parse_copy, values)))
            else:
                raise ValueError
        except (KeyError, ValueError):
            remedy = "correct the line, or write the file anew with `corpus-clean baseline update`"
            raise UsageError(f"{name}:{number}: not a line of a baseline; {remedy}") from None
    return Baseline(noise, tuple(clusters))


def format_baseline(baseline: Baseline) -> str:
    r"""Return a baseline as the text of its file.

    Example:
        >>> format_baseline(Baseline({Noise("a.txt", "r", "0f"): (1, "Baca juga")})).split("\n")[1].split("\t")
        ['noise', 'a.txt', 'r', '0f', '1', 'Baca juga']
    """
    lines = [
        "\t".join(("noise", _escape(noise.path), noise.rule, noise.digest, str(times), _escape(shown)))
        for noise, (times, shown) in baseline.noise.items()
    ]
    for cluster in baseline.clusters:
        members = sorted(f"{_escape(c.path)}@{c.digest}{f'*{n}' if n > 1 else ''}" for c, n in cluster.items())
        lines.append("\t".join(("duplicate", *members)))
    return "".join(f"{line}\n" for line in (HEADER, *sorted(set(lines))))


def begin(text: str) -> str:
    r"""Return how a text begins, on one line.

    Example:
        >>> begin("Baca juga:\n Harga")
        'Baca juga: Harga'
    """
    words = " ".join(text.split())
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"


def merge_baselines(first: Baseline, second: Baseline) -> Baseline:
    """Return what either accepts; clusters that share a member become one.

    Example:
        >>> a, b, c = Copy("a", "1"), Copy("b", "1"), Copy("c", "1")
        >>> merge_baselines(Baseline(clusters=({a: 1, b: 1},)), Baseline(clusters=({b: 1, c: 1},))).clusters
        ({Copy(path='a', digest='1'): 1, Copy(path='b', digest='1'): 1, Copy(path='c', digest='1'): 1},)
    """
    noise = dict(first.noise)
    for key, value in second.noise.items():
        noise[key] = max(noise.get(key, (0, "")), value)
    clusters = [*first.clusters, *second.clusters]
    times: Counter[Copy] = Counter()
    for cluster in clusters:
        for copy, count in cluster.items():
            times[copy] = max(times[copy], count)
    pairs = [(copy, next(iter(cluster))) for cluster in clusters for copy in cluster]
    return Baseline(noise, group_copies(times, pairs))


def group_copies(times: Mapping[Copy, int], pairs: Iterable[tuple[Copy, Copy]]) -> tuple[Mapping[Copy, int], ...]:
    """Return the clusters that pairs of copies form, directly or not, in order."""
    groups: dict[Copy, dict[Copy, int]] = {}
    for copy, group in join_groups(sorted(times), pairs).items():
        groups.setdefault(group, {})[copy] = times[copy]
    return tuple(groups[group] for group in sorted(groups))


def _parse_copy(value: str) -> tuple[Copy, int]:
    path, _, rest = value.rpartition("@")
    digest, _, times = rest.partition("*")
    if not digest or not path:
        raise ValueError
    return Copy(_unescape(path), digest), int(times or 1)


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _UNESCAPES[match[1]], text)
