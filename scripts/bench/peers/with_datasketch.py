"""datasketch: `update_batch` for signatures, `MinHashLSH` for the whole."""

from collections.abc import Iterator

from common import PERMUTATIONS, THRESHOLD, find_components, read_texts, report_time, run, shingle, write_labels

REQUIRES = ("datasketch==2.0.0", "xxhash")


def signatures(texts: list[str]) -> None:
    """Time datasketch's own hash, and the fastest one its users plug in."""
    import xxhash
    from datasketch import MinHash

    report_time("bulk, SHA-1", texts, lambda texts: MinHash.bulk(map(shingle, texts), num_perm=PERMUTATIONS))
    report_time(
        "bulk, xxh32",
        texts,
        lambda texts: MinHash.bulk(map(shingle, texts), num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest),
    )


def dedup(corpus: str, out: str) -> None:
    """Link each document to those before it whose estimated resemblance reaches the threshold."""
    import xxhash
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    made = MinHash.generator(map(shingle, read_texts(corpus)), num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
    kept: dict[int, MinHash] = {}

    def edges() -> Iterator[tuple[int, int]]:
        for number, minhash in enumerate(made):
            for other in sorted(lsh.query(minhash)):
                if kept[other].jaccard(minhash) >= THRESHOLD:
                    yield number, other
            kept[number] = minhash
            lsh.insert(number, minhash)

    write_labels(out, find_components(edges()))


if __name__ == "__main__":
    run(signatures, dedup)
