"""Facts about the repository itself: what a newcomer is told is there, and what must not be there is not."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def tracked(*patterns: str) -> list[Path]:
    ask = ["git", "ls-files", *patterns]
    listed = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split()]


def test_every_dependency_has_its_reason() -> None:
    for file in (ROOT / "requirements" / "run.in", ROOT / "requirements" / "dev.in"):
        wanted = [line for line in file.read_text().splitlines() if re.match(r"[a-z]", line)]
        assert [line for line in wanted if "#" not in line] == [], f"{file.name}: say why beside it"


def test_pins_name_no_host() -> None:
    for file in tracked("requirements/*.txt"):
        assert "://" not in file.read_text()
        assert "--index-url" not in file.read_text()


def test_every_pin_has_its_hash() -> None:
    for name in ("run.txt", "dev.txt", "uv.txt"):
        pins = re.split(r"\n(?=[a-z])", (ROOT / "requirements" / name).read_text())
        unhashed = [pin.split()[0] for pin in pins if "==" in pin and "--hash=sha256:" not in pin]
        assert unhashed == []


@pytest.mark.parametrize("word", ["run", "test", "check", "bench", "soak", "help"])
def test_make_knows_the_words_that_readers_are_told(word: str) -> None:
    assert re.search(rf"^{word}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_ci_runs_make_test_and_nothing_weaker() -> None:
    commands = (ROOT / ".ci" / "run").read_text().splitlines()
    assert commands[-2:] == ["make test", "make test-pgbouncer"]


def test_commands_in_the_readme_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    told = set(re.findall(r"\bmake ([a-z-]+)", (ROOT / "README.md").read_text()))
    assert {"run", "test"} <= told
    assert {word for word in told if not re.search(rf"^{word}:", makefile, re.MULTILINE)} == set()


@pytest.mark.parametrize("folder", ["portal/rules", "portal/models", "portal/gateways", "portal/operations"])
def test_the_house_stands(folder: str) -> None:
    assert (ROOT / folder / "__init__.py").exists()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_escapes_everything_and_has_nothing_inline(template: Path) -> None:
    text = template.read_text()
    assert "|safe" not in text.replace(" ", "")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "emails" in template.parts or not re.search(r"<style|\sstyle=|\son[a-z]+=", text)


def test_the_stand_in_keeps_out_of_the_portal() -> None:
    assert [file for file in tracked("portal/*.py") if "stand_in" in file.read_text()] == []
