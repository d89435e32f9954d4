"""Each peer in an environment of its own, under `.bench/`, so that none decides what another runs on."""

import ast
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PEERS = Path(__file__).parent / "peers"
ENVIRONMENTS = ROOT / ".bench"


def list_peers() -> list[str]:
    """Return the peers' names: their files'."""
    return sorted(path.stem.removeprefix("with_") for path in _PEERS.glob("with_*.py"))


def peer_file(peer: str) -> Path:
    """Return the file that runs a peer; its name is not the peer's, which it would hide from `import`."""
    return _PEERS / f"with_{peer}.py"


def find_python(peer: str) -> Path:
    """Return the peer's interpreter; its environment is made when first asked for, and when its needs change."""
    peer = _read_constant(peer, "ENVIRONMENT") or peer
    needs = tuple(_read_constant(peer, "REQUIRES"))
    if not needs:
        return Path(sys.executable)
    folder = ENVIRONMENTS / peer
    stamp = folder / "requires.txt"
    if not stamp.is_file() or stamp.read_text() != "\n".join(needs):
        print(f"installing {peer} in {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        for need in needs:
            pip: list[str | Path] = [
                folder / "bin" / "python",
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
            ]
            subprocess.run([*pip, *need.split()], check=True, stdout=sys.stderr)
        stamp.write_text("\n".join(needs))
    return folder / "bin" / "python"


def _read_constant(peer: str, name: str) -> Any:
    """Return what a peer's file gives a name, or nothing."""
    # Read, not imported: a peer's file runs only where the peer is installed.
    for node in ast.parse(peer_file(peer).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    return ()
