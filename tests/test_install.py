"""The environment that several checkouts share by a link is never emptied through it."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_an_environment_that_is_a_link_is_not_made_anew(tmp_path: Path) -> None:
    shared, checkout = tmp_path / "shared", tmp_path / "checkout"
    shared.mkdir()
    (shared / "mine").write_text("kept")
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    (checkout / ".venv").symlink_to(shared)
    command = [sys.executable, "requirements/install.py", "run"]
    told = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert ".venv is a link" in told.stderr
    assert (shared / "mine").read_text() == "kept"
