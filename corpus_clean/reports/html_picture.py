"""The geometry of the report's two pictures, in the units of their view boxes."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus_clean.reports.html_overview import Portion
from corpus_clean.reports.html_removals import RuleRow
from corpus_clean.similarity.banding import choose_banding

WIDTH = 1000.0
_SLIVER = 2.0
MOST_RULES = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar: where it begins, how wide it is, and what it stands for."""

    key: str
    label: str
    chars: int
    share: float
    x: float
    width: float
    rule_id: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A bar of all characters, and below it the noise alone, spread over the whole width."""

    bar: Sequence[Piece]
    zoom: Sequence[Piece]
    funnel: str


def draw_characters(portions: Sequence[Portion], rules: Sequence[RuleRow]) -> Picture:
    """Lay out where the characters went. What exists at all is never thinner than a sliver.

    Example:
        >>> picture = draw_characters([Portion("kept", "", 75, 0.75), Portion("noise", "", 25, 0.25)], [])
        >>> [(piece.x, piece.width) for piece in picture.bar]
        [(0.0, 750.0), (750.0, 250.0)]
    """
    bar = _lay_out([Piece(p.key, p.label, p.chars, p.share, 0, 0) for p in portions if p.chars > 0])
    noise = next((piece for piece in bar if piece.key == "noise"), None)
    named = [rule for rule in rules if rule.stage == "rules" and rule.chars > 0]
    whole = sum(rule.chars for rule in named) or 1
    pieces = [
        Piece(f"rule-{number}", rule.what or rule.id, rule.chars, rule.chars / whole, 0, 0, rule.id)
        for number, rule in enumerate(named[:MOST_RULES])
    ]
    if rest := named[MOST_RULES:]:
        chars = sum(rule.chars for rule in rest)
        words = f"{len(rest)} other rule{'s' if len(rest) > 1 else ''}"
        pieces.append(Piece("rule-rest", words, chars, chars / whole, 0, 0))
    funnel = ""
    if noise is not None:
        funnel = f"{_n(noise.x)},0 {_n(noise.x + noise.width)},0 {_n(WIDTH)},100 0,100"
    return Picture(bar, _lay_out(pieces), funnel)


def _lay_out(pieces: Sequence[Piece]) -> list[Piece]:
    whole = sum(piece.chars for piece in pieces) or 1
    widths = [max(_SLIVER, WIDTH * piece.chars / whole) for piece in pieces]
    scale = WIDTH / sum(widths) if widths else 1.0
    laid: list[Piece] = []
    x = 0.0
    for piece, unscaled in zip(pieces, widths, strict=True):
        width = round(unscaled * scale, 2)
        laid.append(Piece(piece.key, piece.label, piece.chars, piece.share, round(x, 2), width, piece.rule_id))
        x += width
    return laid


@dataclass(frozen=True, slots=True)
class Curve:
    """The chance that a pair is found, over its resemblance; marks are the thresholds, with the chance there."""

    bands: int
    rows: int
    path: str
    marks: Sequence[tuple[str, float, float, float, float]]
    width: int
    height: int
    left: int
    top: int


def draw_recall(link: float, remove: float, permutations: int) -> Curve:
    """Draw the recall of the bands that a run with these settings uses: 1 - (1 - jʳ)ᵇ.

    A mark is label, resemblance, recall, x, y.

    Example:
        >>> curve = draw_recall(0.5, 0.8, 128)
        >>> [(label, resemblance, recall > 0.95) for label, resemblance, recall, _, _ in curve.marks]
        [('linked from', 0.5, True), ('left out from', 0.8, True)]
    """
    banding = choose_banding(link, permutations)
    width, height, left, top = 300, 150, 34, 10

    def place(resemblance: float) -> tuple[float, float]:
        return round(left + width * resemblance, 2), round(top + height * (1 - banding.recall(resemblance)), 2)

    path = "M" + "L".join(f"{x} {y}" for x, y in (place(step / 50) for step in range(51)))
    marks = [
        (label, resemblance, banding.recall(resemblance), *place(resemblance))
        for label, resemblance in (("linked from", link), ("left out from", remove))
    ]
    return Curve(banding.bands, banding.rows, path, marks, width, height, left, top)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
