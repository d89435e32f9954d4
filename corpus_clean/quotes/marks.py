"""Where quoted speech begins and ends.

Marks are paired by where they stand, not by their shape: newsrooms open with “ and close with ", forget the closing
mark before an attribution, and leave paragraphs open that go on in the next one.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from itertools import groupby, pairwise
from typing import NamedTuple

from corpus_clean.quotes.tokens import CLOSING, ENDS, MARKS, OPENING, Tokens

_LONGEST_OVER_LINES = 1500
_SINGLE = {"‘": "’", "'": "'"}
_LONGEST_SINGLE = 120
_AFTER_CLOSE = frozenset(".,;:!?)]—–-…\n/") | MARKS
_BEFORE_OPEN = frozenset("([—–-/:,.=>!?") | MARKS


class MarkedSpan(NamedTuple):
    """A stretch between marks. `first:last` are the tokens inside; `outer_first:outer_last` count the marks too.

    `flag` is "" or how the marks were odd: `unclosed`, `continued` (the next paragraph goes on), `block` (lines set off
    by >, without marks).
    """

    first: int
    last: int
    outer_first: int
    outer_last: int
    flag: str = ""
    depth: int = 0


def pair_marks(tokens: Tokens, cues_after: AbstractSet[str]) -> list[MarkedSpan]:
    """Pair the quotation marks of a text, in order; nested pairs follow the one that holds them.

    Args:
        tokens: the text.
        cues_after: verbs that follow speech; an unclosed quote ends before one of them.

    Example:
        >>> from corpus_clean.quotes.tokens import tokenize
        >>> tokens = tokenize('“Kami pulang," kata dia. Mereka “lelah”.')
        >>> [" ".join(tokens.words[s.first : s.last]) for s in pair_marks(tokens, {"kata"})]
        ['Kami pulang ,', 'lelah']
    """
    words = tokens.words
    marks = [index for index in tokens.others if words[index] in MARKS and not _is_measure(tokens, index)]
    spans: list[MarkedSpan] = []
    position = 0
    while position < len(marks):
        opener = marks[position]
        if not _opens(tokens, opener):
            position += 1
            continue
        position = _close(tokens, marks, position, cues_after, spans)
    further = [*_pair_single(tokens), *_find_blocks(tokens)]
    if further:
        covered = set[int]().union(*map(_range, spans))
        spans += (span for span in further if covered.isdisjoint(_range(span)))
    spans.sort(key=lambda span: (span.first, -span.last))
    return [span for span in spans if tokens.count_words(span.first, span.last)]


def _range(span: MarkedSpan) -> range:
    return range(span.outer_first, span.outer_last)


def _pair_single(tokens: Tokens) -> Iterator[MarkedSpan]:
    """Yield what stands between single marks: whole utterances only, for these marks are apostrophes too."""
    if not any(mark in tokens.text for mark in _SINGLE):
        return
    words = tokens.words
    begin = 0
    for opener in tokens.others:
        if words[opener] not in _SINGLE or opener < begin or not _could_open(tokens, opener):
            continue
        closer = _SINGLE[words[opener]]
        for index in range(opener + 2, min(opener + _LONGEST_SINGLE, len(words))):
            if tokens.is_break(index):
                break
            if words[index] == closer and (words[index - 1] in ENDS or words[index - 1] == ","):
                yield MarkedSpan(opener + 1, index, opener, index + 1)
                begin = index + 1
                break


def _find_blocks(tokens: Tokens) -> Iterator[MarkedSpan]:
    """Yield the runs of lines that begin with >, as mail and Markdown set off what somebody wrote."""
    if ">" not in tokens.text:
        return
    words = tokens.words
    breaks = [-1, *(index for index in range(len(words)) if tokens.is_break(index)), len(words)]
    lines = [(a + 1, b) for a, b in pairwise(breaks) if a + 1 < b]
    for quoted, group in groupby(lines, key=lambda line: words[line[0]] == ">"):
        if quoted:
            run = list(group)
            yield MarkedSpan(run[0][0] + 1, run[-1][1], run[0][0], run[-1][1], "block")


def _close(
    tokens: Tokens, marks: list[int], position: int, cues_after: AbstractSet[str], spans: list[MarkedSpan]
) -> int:
    """Find the close of the mark at `marks[position]`, add the span, and return where to go on."""
    opener = marks[position]
    following = position + 1
    while following < len(marks):
        mark = marks[following]
        line_end = _line_end_between(tokens, opener, mark)
        if line_end and not _runs_on(tokens, opener, mark, line_end):
            break
        if _closes(tokens, mark):
            spans.append(MarkedSpan(opener + 1, mark, opener, mark + 1))
            return following + 1
        # An opening mark inside an open quote: nested if all that opens also closes, else the first was never closed.
        nested = _nested(tokens, marks, position)
        if nested:
            spans.extend(nested)
            return next(k for k in range(following, len(marks)) if marks[k] == nested[0].last) + 1
        break
    limit = marks[following] if following < len(marks) else len(tokens)
    end, flag = _unclosed_end(tokens, opener, limit, cues_after)
    if end > opener + 1:
        spans.append(MarkedSpan(opener + 1, end, opener, end, flag))
    return following


def _nested(tokens: Tokens, marks: list[int], position: int) -> list[MarkedSpan]:
    """The span that opens at `marks[position]` and all inside it, if they close one another on their line."""
    opener = marks[position]
    stack = [opener]
    spans: list[MarkedSpan] = []
    for mark in marks[position + 1 : position + 40]:
        if _line_end_between(tokens, opener, mark):
            return []
        if _could_open(tokens, mark) or not _closes(tokens, mark):
            stack.append(mark)
            continue
        begin = stack.pop()
        spans.append(MarkedSpan(begin + 1, mark, begin, mark + 1, depth=len(stack)))
        if not stack:
            return sorted(spans, key=lambda span: span.first)
    return []


def _opens(tokens: Tokens, mark: int) -> bool:
    left, right = tokens.spaced_before(mark), tokens.spaced_after(mark)
    word = tokens.words[mark]
    if mark + 1 >= len(tokens):
        return False
    before = tokens.words[mark - 1] if mark else "\n"
    if not right:
        if left or before in _BEFORE_OPEN:
            return word not in CLOSING or left
        return word in OPENING or word == "``"
    return left and (word in OPENING or word not in CLOSING) and tokens.words[mark + 1][0] != "\n"


def _closes(tokens: Tokens, mark: int) -> bool:
    left, right = tokens.spaced_before(mark), tokens.spaced_after(mark)
    word = tokens.words[mark]
    if word in CLOSING:
        return not (left and not right)
    after = tokens.words[mark + 1] if mark + 1 < len(tokens) else "\n"
    before = tokens.words[mark - 1] if mark else "\n"
    if left:
        # ' " ' with space on both sides, or one that hangs before a comma, closes what is open.
        return (right and word not in OPENING) or after in ",.;!?"
    if right or after in _AFTER_CLOSE:
        return True
    if word in OPENING:
        return False
    return before in ENDS or before == "," or tokens.is_word(mark - 1)


def _is_measure(tokens: Tokens, mark: int) -> bool:
    """6" and 5'11'' are inches, not speech."""
    return (
        tokens.words[mark] in {'"', "''"}
        and mark > 0
        and tokens.words[mark - 1][0].isdigit()
        and not tokens.spaced_before(mark)
        and len(tokens.words[mark - 1]) <= 4
        and tokens.spaced_after(mark)
        and not any(word in MARKS for word in tokens.words[max(0, mark - 40) : mark])
    )


def _line_end_between(tokens: Tokens, first: int, last: int) -> int:
    """The first line-end token between two tokens, 0 if none."""
    text = tokens.text
    if text.find("\n", tokens.ends[first], tokens.starts[last]) < 0:
        return 0
    return next(i for i in range(first + 1, last) if tokens.is_break(i))


def _runs_on(tokens: Tokens, opener: int, mark: int, line_end: int) -> bool:
    """Whether a quote goes on over a line end to `mark`: a line broken by a scraper, or paragraphs of one speech."""
    if tokens.starts[mark] - tokens.ends[opener] > _LONGEST_OVER_LINES or not _closes(tokens, mark):
        return False
    # A closing mark that only hangs behind a line of its own closes nothing.
    breaks = sum(tokens.is_break(i) for i in range(line_end, mark))
    before, after = tokens.words[line_end - 1], tokens.words[line_end + 1]
    if before not in ENDS and after[0].islower():
        return True
    return breaks <= 6 and not _could_open(tokens, mark)


def _could_open(tokens: Tokens, mark: int) -> bool:
    return tokens.spaced_before(mark) and not tokens.spaced_after(mark)


def _unclosed_end(tokens: Tokens, opener: int, limit: int, cues_after: AbstractSet[str]) -> tuple[int, str]:
    """Where a quote without closing mark ends: before “, kata …”, else with its paragraph."""
    index = opener + 1
    while index < limit and not tokens.is_break(index):
        if (
            tokens.words[index] in {",", "!", "?", "."}
            and index + 1 < limit
            and tokens.lower[index + 1] in cues_after
            and index - opener > 2
        ):
            return index + 1, "unclosed"
        index += 1
    following = index + 1
    if index < limit + 1 and following < len(tokens) and index < len(tokens) and tokens.words[following] in MARKS:
        return index, "continued"
    return index, "unclosed"
