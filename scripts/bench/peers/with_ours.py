"""corpus-clean itself, in the environment that it is developed in."""

import os
import sys
from pathlib import Path

from common import PERMUTATIONS, SIZE, THRESHOLD, report_time, run, write_labels


def signatures(texts: list[str]) -> None:
    """Time the two halves of the batch functions, then the parts of the compiled one."""
    from corpus_clean.similarity import backend
    from corpus_clean.similarity.banding import choose_banding
    from corpus_clean.similarity.minhash import band_keys_batch, sign_and_sample, sign_batch
    from corpus_clean.similarity.shingle import Shingling
    from corpus_clean.similarity.texts import hash_texts, normalize_texts

    words = Shingling("word", SIZE)
    banding = choose_banding(0.5, PERMUTATIONS)

    def whole(texts: list[str]) -> None:
        packed = normalize_texts(texts)
        hash_texts(packed, "document")
        band_keys_batch(sign_and_sample(packed, words, PERMUTATIONS).minima, banding, "document")

    some = texts[:20]  # of more, the compiled half would take over
    report_time("few texts: Python and NumPy", some, whole)
    backend.load_kernel()
    whole(some)
    report_time("compiled: normal form, exact hash, signature, sample, band keys", texts, whole)
    packed = normalize_texts(texts)
    minima = sign_batch(packed, words, PERMUTATIONS)
    report_time("… of it normal form", texts, normalize_texts)
    report_time("… exact hash", texts, lambda _: hash_texts(packed))
    report_time("… shingles and minima", texts, lambda _: sign_batch(packed, words, PERMUTATIONS))
    report_time("… band keys", texts, lambda _: band_keys_batch(minima, banding, "document"))
    report_time(
        "5 characters instead of 5 words", texts, lambda _: sign_batch(packed, Shingling("char", 5), PERMUTATIONS)
    )


def dedup(corpus: str, out: str) -> None:
    """Become `corpus-clean dedup`: links, clusters, report and manifest."""
    Path(out).mkdir(parents=True)
    command = [sys.executable, "-m", "corpus_clean.cli", "dedup", corpus, "--out", f"{out}/run"]
    os.execv(sys.executable, [*command, "--threshold", str(THRESHOLD), "--workers", "1", "--quiet"])


def label(out: str) -> None:
    """Read which keeper each removed document has."""
    import pyarrow.parquet as pq

    rows = pq.read_table(f"{out}/run/documents.parquet", columns=["index", "status", "doc_id", "keeper"]).to_pylist()
    numbers = {row["doc_id"]: row["index"] for row in rows}
    labels = {row["index"]: numbers[row["keeper"]] for row in rows if row["status"] == "duplicate"}
    write_labels(out, labels | {label: label for label in labels.values()})


if __name__ == "__main__":
    run(signatures, dedup, label)
