"""No tool at all: reading the corpus and hashing each text, below which nothing can go."""

from common import read_texts, report_time, run, write_labels

REQUIRES = ("xxhash",)


def signatures(texts: list[str]) -> None:
    """Time one hash of the bytes."""
    import xxhash

    report_time("xxh3 of the raw text", texts, lambda texts: [xxhash.xxh3_128_digest(text.encode()) for text in texts])


def dedup(corpus: str, out: str) -> None:
    """Put equal texts together."""
    import xxhash

    first: dict[bytes, int] = {}
    places = [
        (number, first.setdefault(xxhash.xxh3_128_digest(text.encode()), number))
        for number, text in enumerate(read_texts(corpus))
    ]
    write_labels(
        out, {number: label for number, label in places if number != label} | {b: b for a, b in places if a != b}
    )


if __name__ == "__main__":
    run(signatures, dedup)
