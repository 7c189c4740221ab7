"""Make .venv and install what run.txt or dev.txt pins, by hash, only when that changed.

Runs before anything is installed, so it needs the standard library alone, and it is written so that an old
Python can still read it and say what is missing.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
UV = ENVIRONMENT / "bin" / "uv"
STAMP = ENVIRONMENT / "installed"
OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")


def main(wanted):
    """Leave .venv holding at least `wanted` ("run" or "dev"); an environment for dev stays one for dev."""
    require_python()
    installed, digest, place = read_stamp()
    if not works(PYTHON) or place not in ("", str(ENVIRONMENT.resolve())):
        make_environment()
        digest = ""
    kind = "dev" if "dev" in (wanted, installed) else "run"
    if (installed, digest) != (kind, digest_of(kind)):
        say("Installing %s.txt into .venv …" % kind)
        install(kind)
        STAMP.write_text("%s\n%s\n%s\n" % (kind, digest_of(kind), ENVIRONMENT.resolve()))


def require_python():
    """Go on under a Python that is new enough, or stop with the sentence that helps."""
    if sys.version_info < OLDEST:
        for name in NEWER_NAMES:
            if works(name):
                os.execvp(name, [name, *sys.argv])
        stop(
            "Punchcard needs Python 3.11 or newer; python3 here is %d.%d. Name a newer one: make PYTHON=/path/to/python3.12 …"
            % sys.version_info[:2]
        )


def works(python):
    """Whether that interpreter starts and is new enough (a moved .venv or a version manager's shim may not be)."""
    question = "import sys; sys.exit(sys.version_info < (%d, %d))" % OLDEST
    try:
        return (
            subprocess.call(
                [str(python), "-c", question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            == 0
        )
    except OSError:
        return False


def make_environment():
    """Create .venv anew; Debian ships a Python whose venv lacks pip, and its own advice is easily missed."""
    if ENVIRONMENT.is_symlink():
        stop(
            ".venv is a link to an environment that others may use, so it is not made anew: remove the link, or mend what it leads to."
        )
    say("Making .venv with Python %d.%d …" % sys.version_info[:2])
    try:
        import ensurepip  # noqa: F401  (only to learn whether it is there)
        import venv
    except ImportError:
        stop(
            "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python%d.%d-venv"
            % sys.version_info[:2]
        )
    venv.create(str(ENVIRONMENT), clear=True, with_pip=True, symlinks=True)


def read_stamp():
    """What .venv was last made to hold, and where (its scripts name that place): (kind, digest, place), or blanks."""
    try:
        kind, digest, place = STAMP.read_text().splitlines()
    except (OSError, ValueError):
        return "", "", ""
    return kind, digest, place


def digest_of(kind):
    """A digest of the pins, so that a change of branch or of requirements is noticed and a mere touch is not."""
    return hashlib.sha256((REQUIREMENTS / (kind + ".txt")).read_bytes()).hexdigest()


def install(kind):
    """Install the pins with uv (seconds), or with pip where uv cannot be had or cannot reach the registry."""
    pins = str(REQUIREMENTS / (kind + ".txt"))
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    uv_is_here = UV.exists() or subprocess.call([*pip, "--requirement", str(REQUIREMENTS / "uv.txt")]) == 0
    uv = [str(UV), "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", pins]
    if uv_is_here and subprocess.call(uv) == 0:
        return
    say("uv could not install them; trying pip …")
    if subprocess.call([*pip, "--requirement", pins]) != 0:
        stop("The packages could not be installed; pip's own words are above.")


def say(sentence):
    """Progress, on standard error: what a command prints on standard output is its own."""
    sys.stderr.write(sentence + "\n")


def stop(sentence):
    """End with one sentence for the person and no traceback."""
    sys.exit(sentence)


if __name__ == "__main__":
    main(sys.argv[1])
