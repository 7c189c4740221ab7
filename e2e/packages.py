"""What the checks need and this machine lacks: installed where we may, else one sentence that says how."""

import os
import shutil
import subprocess
from typing import NoReturn


def install_from_debian(package: str) -> bool:
    """Install one of Debian's packages; False where that is not ours to do (no apt-get, or not root)."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    print(f"Installing {package} …", flush=True)
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-qq"]
    install = ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", package]
    return all(
        subprocess.run(command, env=quietly, stdin=subprocess.DEVNULL, check=False).returncode == 0
        for command in (update, install)
    )


def stop(sentence: str) -> NoReturn:
    """End the command with the one line that helps."""
    raise SystemExit(sentence)
