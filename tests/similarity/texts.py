"""Texts that try the normal form: scripts, marks, case that changes length, what is no letter, and lone surrogates."""

from hypothesis import strategies as st

AWKWARD = (
    "aZ09 .,\n\t-_'\u2019\u201c\u2026éßİıŉǰΐﬁſẞᾳͅΣς\u0301\u0345Ⓐⓐ"
    "ⅧⅷـَمКореяมุ漢字カ\u3000😀𐐀𐐨𝟘\U0001e900\U00020000\U0010ffff\ud800\udfff\ufeff\u00ad"
)
WORDS = st.lists(st.sampled_from(["air", "bah", "Itu", "surut", "é", "ß", "😀", "x" * 40]), max_size=60).map(" ".join)

texts = st.lists(
    st.one_of(
        st.text(st.sampled_from(AWKWARD), max_size=60),
        st.text(st.characters(), max_size=40),
        WORDS,
    ),
    max_size=8,
)
