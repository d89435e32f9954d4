"""`init` and the GitHub Action: what they write and run is what they say."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from sarif_kit.validate import validation_errors

from corpus_clean.config import Config, describe_config, load_config
from corpus_clean.errors import UsageError
from corpus_clean.gate.baseline import parse_baseline
from corpus_clean.pipeline.setup import add_hooks, format_config, format_hooks
from tests.conftest import ROOT
from tests.gate.conftest import NOISE, RULE, STORY, Place


def test_the_configuration_holds_every_setting_with_its_default(tmp_path: Path) -> None:
    text = format_config()
    assert tomllib.loads(text) == {section: {} for section in describe_config(Config())}
    everything = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    (tmp_path / "corpus-clean.toml").write_text(everything, encoding="utf-8")
    assert load_config(tmp_path, environ={}) == Config()
    named = {key for values in tomllib.loads(everything).values() for key in values}
    assert named == {key for values in describe_config(Config()).values() for key in values}


@pytest.mark.parametrize(
    "before",
    [
        "repos:\n",
        "repos:   # ours\n- repo: local\n  hooks: []",
        "fail_fast: true\nrepos:\n    - repo: local\n      hooks: []\n\n# the end\nexclude: ^docs/\n",
    ],
)
@pytest.mark.parametrize("repo", ["", "https://example.org/corpus-clean"])
def test_hooks_are_added_to_what_is_there(before: str, repo: str) -> None:
    after = add_hooks(before, format_hooks("1.0", ["data"], repo))
    loaded, known = yaml.safe_load(after), yaml.safe_load(before)
    assert [hook["id"] for hook in loaded["repos"][-1]["hooks"]] == ["corpus-clean", "corpus-dedup"]
    assert loaded["repos"][:-1] == (known["repos"] or [])
    assert {key: value for key, value in loaded.items() if key != "repos"} == {
        key: value for key, value in known.items() if key != "repos"
    }
    assert all(line in after for line in before.splitlines())
    pattern = loaded["repos"][-1]["hooks"][0]["files"]
    assert re.search(pattern, "data/a.txt")
    assert not re.search(pattern, "notes/a.txt")


def test_a_configuration_without_a_list_is_left_to_its_owner() -> None:
    with pytest.raises(UsageError, match="no list `repos`"):
        add_hooks("repos: []\n", "- repo: x\n")


def test_init_makes_a_repository_ready_and_does_not_do_it_twice(place: Place) -> None:
    place.commit(data__a=STORY)
    first = place.call("init")
    assert first.returncode == 0
    assert tomllib.loads(place.read("corpus-clean.toml"))["gate"] == {"paths": ["data"]}
    config = place.root / ".pre-commit-config.yaml"
    checked = [sys.executable, "-m", "pre_commit", "validate-config", str(config)]
    assert subprocess.run(checked, check=False, capture_output=True).returncode == 0
    written = {name: place.read(name) for name in ("corpus-clean.toml", ".pre-commit-config.yaml")}
    again = place.call("init")
    assert again.returncode == 0
    assert again.stderr.count("left as it is") == 2
    assert {name: place.read(name) for name in written} == written
    assert place.call("check").returncode == 0


@pytest.fixture
def action() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return loaded


def test_the_action_annotates_and_leaves_a_report(place: Place, action: dict[str, Any], tmp_path: Path) -> None:
    place.commit(data__a=STORY + NOISE, data__b=STORY)
    shim = tmp_path / "bin" / "corpus-clean"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m corpus_clean.cli "$@"\n')
    shim.chmod(0o755)
    (step,) = [step for step in action["runs"]["steps"] if step.get("id") == "check"]
    files = {"GITHUB_OUTPUT": tmp_path / "output", "GITHUB_STEP_SUMMARY": tmp_path / "summary"}
    inputs = {"PATHS": "data/a.txt\ndata/b.txt; touch spoiled\n", "ONLY": "", "SINCE": "", "ALLOW_UNCHECKED": "false"}
    assert step["env"].keys() == inputs.keys()
    environment = os.environ | {
        "PATH": f"{shim.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path),
        **{name: str(path) for name, path in files.items()},
    }

    def run(**changed: str) -> subprocess.CompletedProcess[str]:
        for path in files.values():
            path.write_text("")
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
        values = environment | inputs | changed
        return subprocess.run(command, cwd=place.root, env=values, check=True, capture_output=True, text=True)

    refused = run()
    assert "code=2" in files["GITHUB_OUTPUT"].read_text()
    assert "data/b.txt; touch spoiled: does not exist" in refused.stderr
    assert not (place.root / "spoiled").exists()
    done = run(PATHS="data")
    assert f"::error file=data/a.txt,line=5,endLine=5,col=1,endColumn=44,title={RULE}::" in done.stdout
    assert "::error file=data/b.txt,title=dedup.near-duplicate::" in done.stdout
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    assert (outputs["code"], outputs["findings"]) == ("1", "2")
    assert files["GITHUB_STEP_SUMMARY"].read_text().startswith("### corpus-clean: 2 findings in 2 of 2 files")
    report = Path(outputs["report"])
    assert validation_errors(json.loads((report / "findings.sarif").read_text())) == []
    assert len(json.loads((report / "findings.json").read_text())["findings"]) == 2
    assert "code=0" in (run(PATHS="data", SINCE="HEAD"), files["GITHUB_OUTPUT"].read_text())[1]


def test_the_action_never_pastes_an_input_into_a_script(action: dict[str, Any]) -> None:
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert len(scripts) == 3
    assert not any("${{" in script for script in scripts)
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(action["runs"])))
    assert used == set(action["inputs"])


def test_the_guide_names_every_hook_and_its_settings_load(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "hook.md").read_text(encoding="utf-8")
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert all(f"| `{hook['id']}` |" in guide for hook in hooks)
    [settings] = re.findall(r"^```toml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    (tmp_path / "corpus-clean.toml").write_text(settings, encoding="utf-8")
    assert load_config(tmp_path, environ={}).gate.paths == ("data",)
    lines = [line.strip() for line in guide.splitlines() if line.startswith(("    noise\t", "    duplicate\t"))]
    parsed = parse_baseline("\n".join(lines))
    assert (len(parsed.noise), len(parsed.clusters)) == (1, 1)


def test_the_guide_shows_what_is_printed(place: Place) -> None:
    guide = (ROOT / "docs" / "hook.md").read_text(encoding="utf-8")
    noisy = "Warga siaga.\nHujan turun.\nBaca juga: Jembatan Gantung Dibuka Lagi\n"
    place.stage(data__serambi__b=noisy)
    for line in place.call("check", "--staged").stdout.splitlines()[:-1]:
        assert f"    {line}" in guide.splitlines()
