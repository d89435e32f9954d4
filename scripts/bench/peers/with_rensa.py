"""rensa: signatures in Rust; bands, check and components in NumPy, the fastest whole that its parts allow."""

from collections.abc import Iterator

from common import (
    BANDS,
    PERMUTATIONS,
    ROWS,
    THRESHOLD,
    find_components,
    read_texts,
    report_time,
    run,
    shingle,
    write_labels,
)

REQUIRES = ("rensa==0.5.0", "numpy")
CHUNK = 1000


def signatures(texts: list[str]) -> None:
    """Time the matrix of signatures, made from shingles cut in Python."""
    from rensa import RMinHash

    report_time(
        "digest matrix",
        texts,
        lambda texts: RMinHash.digest_matrix_from_token_sets(map(shingle, texts), PERMUTATIONS, 1),
    )


def dedup(corpus: str, out: str) -> None:
    """Sort each band, compare neighbours in it, keep those whose estimated resemblance reaches the threshold."""
    import itertools

    import numpy as np
    from rensa import RMinHash

    shingles = map(shingle, read_texts(corpus))
    parts = []
    while chunk := list(itertools.islice(shingles, CHUNK)):
        rows = RMinHash.digest_matrix_from_token_sets(chunk, PERMUTATIONS, 1).to_rows()
        parts.append(np.array(rows, np.uint32))
    minima = np.concatenate(parts)

    def edges() -> Iterator[tuple[int, int]]:
        for band in range(BANDS):
            cut = np.ascontiguousarray(minima[:, band * ROWS : (band + 1) * ROWS])
            keys = cut.view([("", np.uint32)] * ROWS).ravel()
            order = np.argsort(keys, kind="stable")
            same = keys[order[1:]] == keys[order[:-1]]
            left, right = order[:-1][same], order[1:][same]
            alike = (minima[left] == minima[right]).mean(axis=1) >= THRESHOLD
            yield from zip(left[alike].tolist(), right[alike].tolist(), strict=True)

    write_labels(out, find_components(edges()))


if __name__ == "__main__":
    run(signatures, dedup)
