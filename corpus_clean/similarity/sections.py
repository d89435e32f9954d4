"""How the table lies that `scanning.call_rules` looks things up in, and what it writes.

One array of numbers holds everything, so that a call hands over few addresses. Its first entries say where parts begin:

GRAMS    2 ** `GRAM_BITS` bits, one for the hash of each gram of four bytes
PAIRS    65,536 bits, one for each gram of two bytes
CHARS    256 bits, one for each gram of one
HEADS    for 2 ** `HEAD_BITS` hashes, the number of the first literal with such a gram, plus one (0: none)
LITERALS `FIELDS` numbers a literal: the `NEXT` one in its chain plus one, the `SPOT` in it where its gram begins, the
         `PLACE` of its bytes, their `LENGTH`, and where its `RECORD` is
CALLERS  for each group of literals, where the record of the rules that it calls is
RULES    for each rule, where its record is

A literal's record: how many signs it is, and for each its marks, how many groups it is in, and these. A group's: how
many rules, and these. A rule's: the most characters of a line, whether it must go beyond ASCII, how many other groups
it needs, and these.
"""

GRAMS, PAIRS, CHARS, HEADS, LITERALS, CALLERS, RULES, HEAD = range(8)
NEXT, SPOT, PLACE, LENGTH, RECORD, FIELDS = range(6)

GRAM_BITS = 19
HEAD_BITS = 15

WORD_BEFORE, SIGN_BEFORE, WORD_AFTER = 1, 2, 4
"""Marks: no letter, digit or underscore before; neither these nor a space, but something; none of these after."""

RULE_BITS = 16
"""A call is a line's place, shifted by so much, and the number of the rule."""
