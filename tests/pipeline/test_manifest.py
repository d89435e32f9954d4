"""The manifest's bytes."""

import json
from typing import Any

import pytest

from corpus_clean.pipeline.manifest import _format

ODD = {"path": 'a"},\n  {"b\\é.txt', "bytes": 3, "sha256": "0f"}
PLAIN = {"path": "c/d.txt", "bytes": 0, "sha256": "1e"}


@pytest.mark.parametrize("files", [[], [PLAIN], [ODD, PLAIN, ODD]])
def test_a_manifest_is_what_json_makes_of_it(files: list[dict[str, Any]]) -> None:
    manifest = {"format": 1, "config": {"read": {"fields": ["a", "b"], "none": []}}, "inputs": files, "outputs": files}
    assert _format(manifest) == json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
