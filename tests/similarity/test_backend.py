import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus_clean.similarity import backend


def test_compiled_half_is_loaded_when_the_work_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_choice", backend._Choice())
    halves = [backend.choose_backend(backend.WORTH_LOADING // 2).__name__.rpartition(".")[2] for _ in range(3)]
    assert halves == ["reference", "reference", "kernel"]


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}, check=True
    )
    return done.stdout.strip()


def test_a_few_texts_need_neither_numba_nor_datasketch() -> None:
    code = """
import sys
from corpus_clean.similarity.minhash import Banding, Shingling, band_keys_batch, sign_batch
band_keys_batch(sign_batch(["air surut"], Shingling("word", 5), 128), Banding(32, 4), "document")
print(sorted({"numba", "datasketch", "scipy", "pyarrow"} & set(sys.modules)))
"""
    assert run(code) == "[]"


def test_machine_code_goes_where_it_is_told_to(tmp_path: Path) -> None:
    code = "from corpus_clean.similarity import kernel; print(kernel._count_shared.stats.cache_path)"
    assert run(code, NUMBA_CACHE_DIR=str(tmp_path)).startswith(str(tmp_path))


def test_no_folder_to_cache_in_is_no_failure() -> None:
    code = """
import numba.core.caching as caching
caching.CacheImpl._locator_classes = []
import numpy as np
from corpus_clean.similarity import kernel
hashes, bounds, pair = np.array([7], np.uint64), np.array([0, 1]), np.zeros(1, np.int64)
print(kernel.count_shared(hashes, bounds, pair, pair).tolist(), kernel._count_shared.stats.cache_path)
"""
    assert run(code) == "[1] None"
