"""datatrove's four-step MinHash pipeline, one task, with its Indonesian word tokenizer."""

import struct
import tempfile
from pathlib import Path

from common import BANDS, ROWS, SIZE, report_time, run, write_labels

REQUIRES = ("datatrove[processing]==0.10.1", "spacy", "orjson")
# Its own default is 14 bands of 8; 16 of 8 has the 128 permutations that all others here use.
LANGUAGE = "ind"


def signatures(texts: list[str]) -> None:
    """Time shingles and minima of its first step, without its files."""
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature

    with tempfile.TemporaryDirectory() as scratch:
        config = MinhashConfig(n_grams=SIZE, num_buckets=BANDS, hashes_per_bucket=ROWS)
        step = MinhashDedupSignature(scratch, config, LANGUAGE)
        report_time("step 1", texts, lambda texts: [step.get_signature(step.get_shingles(text)) for text in texts])


def dedup(corpus: str, out: str) -> None:
    """Run signatures, buckets, clusters and the filter that writes what is kept."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig(n_grams=SIZE, num_buckets=BANDS, hashes_per_bucket=ROWS)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(corpus)
        reader = JsonlReader(str(path.parent), glob_pattern=path.name)
        signed, paired, removed = (f"{scratch}/{name}" for name in ("signed", "paired", "removed"))
        steps = (
            (1, [reader, MinhashDedupSignature(signed, config, LANGUAGE)]),
            (BANDS, [MinhashDedupBuckets(signed, paired, config=config)]),
            (1, [MinhashDedupCluster(paired, removed, config=config, save_cluster_id=True)]),
            (1, [reader, MinhashDedupFilter(removed), JsonlWriter(f"{scratch}/kept", compression=None)]),
        )
        for number, (tasks, pipeline) in enumerate(steps):
            executor = LocalPipelineExecutor(pipeline, tasks=tasks, workers=1, logging_dir=f"{scratch}/log{number}")
            executor.run()
        pairs = struct.iter_unpack("<2I", Path(removed, "000000.clusters").read_bytes())
        write_labels(out, dict(pairs))


if __name__ == "__main__":
    run(signatures, dedup)
