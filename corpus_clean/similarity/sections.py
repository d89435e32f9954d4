"""How the tables of `scanning` and `admission` lie: what stands in which column, and how large the bitmaps are.

A row of `lines`: where a line begins, where its text does and ends without white space around it, where its break
begins, where the next line does, and where its folded text begins. Before the first there is a row of counts.
"""

LEFT, START, END, STOP, RIGHT, FOLD, LINE = range(7)

HEAD, BACK, WORD, PLACE, LENGTH, RECORD, LITERAL = range(7)
"""A literal: the hash of its gram, by which they are sorted; how far before its gram's end it begins; as many of its
first bytes as its gram has, four at most; where its bytes are, and how many; where its record is: how many rules it is
of, and each one's number and the bits of its groups."""

REACH, LONGEST, LINES, GROUPS, FIRST, COUNT, ANCHOR, RULE = range(8)
"""A rule: the most folded characters of a line, and the most there are in truth; over how many lines up and down a
match may go, or 0; the bits of the groups that it needs; the number of its first automaton, and how many it has; and,
plus one, the row of the characters that a match begins after, or 0 if it may begin anywhere."""

TABLE, WIDTH, CLASSES, BEGIN, ENDS, AUTOMATON = range(6)
"""An automaton: where its table begins and how wide that is, the row of its classes, its first state, and the state
after the last that admits."""

MAP = 256
"""How many classes of characters there can be."""

SIGHT = 512
"""How far an automaton looks where a match may begin; what it has not turned down by then it admits. Without that, a
line of nothing but such places would be gone through from each of them to its end."""

GRAM_BITS = 18
HEAD_BITS = 15
PAIR_BITS = 16

RULE_BITS = 16
RULES = 1 << RULE_BITS
"""A call is two numbers: a line's place, shifted by so much, and the number of the rule; and where in the line a match
may begin, or -1 if that is not known. A line may call a rule several times."""
