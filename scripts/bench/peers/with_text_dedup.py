"""text-dedup's MinHash with the settings of the others; its own normal form (lower case, cut at non-words)."""

import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

from common import PERMUTATIONS, SIZE, THRESHOLD, report_time, run, write_labels

# Without what its other commands need (Spark, unisim).
REQUIRES = (
    "--no-deps text-dedup==0.4.0",
    "datasets numpy xxhash scipy tqdm click click-option-group regex rich ftfy bitarray psutil zstandard setuptools",
)


def signatures(texts: list[str]) -> None:
    """Time the function that its command maps over the documents."""
    import numpy as np
    from text_dedup.minhash import embed_func
    from text_dedup.utils import xxh3_32hash

    high = np.uint32((1 << 32) - 1)
    prime = np.uint64((1 << 61) - 1)
    generator = np.random.RandomState(42)
    drawn = (generator.randint(1, prime, PERMUTATIONS, np.uint64), generator.randint(0, prime, PERMUTATIONS, np.uint64))

    def sign(texts: list[str]) -> None:
        for number, text in enumerate(texts):
            embed_func(
                text,
                number,
                num_perm=PERMUTATIONS,
                ngram_size=SIZE,
                min_length=0,
                hashranges=[(i, i + 8) for i in range(0, PERMUTATIONS, 8)],
                permutations=drawn,
                hash_func=xxh3_32hash,
                dtype=np.uint64,
                max_hash=high,
                modulo_prime=prime,
            )

    report_time("embed_func, xxh3", texts, sign)


def dedup(corpus: str, out: str) -> None:
    """Run the command with its fastest hash, then read the clusters it can be asked to leave behind."""
    run_command(corpus, out, "--min_length", "0", "--num_perm", str(PERMUTATIONS), "--hash_func", "xxh3", *_ONE_PROCESS)


_ONE_PROCESS = ("--num_proc", "1")


def run_command(corpus: str, out: str, *options: str) -> None:
    """Run the command on a file of JSON lines."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "text_dedup.minhash", "--path", "json", "--data_files", corpus]
        command += ["--split", "train", "--column", "text", "--ngram", str(SIZE), "--threshold", str(THRESHOLD)]
        command += ["--cache_dir", f"{scratch}/cache", "--output", f"{scratch}/out", "--debug", *options]
        subprocess.run(command, check=True)
        with Path(scratch, "out", "uf.pkl").open("rb") as stream:
            union = pickle.load(stream)
    write_labels(out, {number: union.find(number) for number in list(union.parent)})


if __name__ == "__main__":
    run(signatures, dedup)
