import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus_clean.similarity import backend, machine


def choose(halves: int, size: int) -> list[str]:
    return [backend.choose_backend(size).__name__.rpartition(".")[2] for _ in range(halves)]


def test_compiled_half_is_loaded_when_the_work_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_choice", backend._Choice())
    monkeypatch.setattr(machine, "is_compiled", lambda: True)
    assert choose(3, backend.WORTH_LOADING // 2) == ["reference", "reference", "kernel"]


def test_compiling_takes_more_work_to_be_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend, "_choice", backend._Choice())
    monkeypatch.setattr(machine, "is_compiled", lambda: False)
    assert choose(3, backend.WORTH_COMPILING // 2) == ["reference", "reference", "kernel"]


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **environment}, check=True
    )
    return done.stdout.strip()


def test_a_few_texts_need_no_compiler() -> None:
    code = """
import sys
from corpus_clean.similarity.banding import Banding
from corpus_clean.similarity.minhash import band_keys_batch, sign_batch
from corpus_clean.similarity.shingle import Shingling
band_keys_batch(sign_batch(["air surut"], Shingling("word", 5), 128), Banding(32, 4), "document")
print(sorted({"llvmlite", "numba", "pyarrow"} & set(sys.modules)))
"""
    assert run(code) == "[]"


NORMALIZE = """
import sys
import numpy as np
from corpus_clean.similarity import kernel, machine
print(kernel.normalize(np.frombuffer(b"Air!", np.uint8), np.array([0, 4]))[0].tobytes(), "numba" in sys.modules)
"""


def test_machine_code_goes_where_it_is_told_to_and_needs_no_compiler_then(tmp_path: Path) -> None:
    assert run(NORMALIZE, NUMBA_CACHE_DIR=str(tmp_path)) == "b' air ' True"
    [kept] = tmp_path.iterdir()
    assert run(NORMALIZE, NUMBA_CACHE_DIR=str(tmp_path)) == "b' air ' False"
    kept.write_bytes(kept.read_bytes()[:-1])
    assert run(NORMALIZE, NUMBA_CACHE_DIR=str(tmp_path)) == "b' air ' True"


def test_no_folder_to_keep_it_in_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert run(NORMALIZE, NUMBA_CACHE_DIR=str(file)) == "b' air ' True"
    assert file.read_bytes() == b""


def test_code_that_needs_more_than_itself_is_used_but_not_kept(tmp_path: Path) -> None:
    code = "from corpus_clean.similarity import compilation; compilation.make_objects = lambda compiled: {}"
    assert run(code + NORMALIZE, NUMBA_CACHE_DIR=str(tmp_path)) == "b' air ' True"
    assert list(tmp_path.iterdir()) == []


def test_arguments_of_another_kind_are_refused() -> None:
    with pytest.raises(TypeError, match="drop_repeats: an argument of kind h is float64"):
        machine.call("drop_repeats", np.zeros(1), np.zeros(1, np.int64))
