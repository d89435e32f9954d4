"""Both halves of the batch functions, each test on each."""

from types import ModuleType

import pytest

from corpus_clean.similarity import backend, kernel, reference


@pytest.fixture(params=[reference, kernel], ids=["reference", "kernel"])
def half(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module: ModuleType = request.param
    monkeypatch.setattr(backend, "choose_backend", lambda size: module)
    return module
