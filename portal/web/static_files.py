"""Styles, scripts and pictures under names that change with their content: browsers may keep them for ever.

At start-up every style sheet is put into one, each file is compressed once, and WhiteNoise serves them from a
folder that goes when the process ends. No build tool, nothing to run beforehand.
"""

import atexit
import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from wsgiref.headers import Headers

import brotli
from flask import Flask
from whitenoise import WhiteNoise

STATIC = Path(__file__).resolve().parents[2] / "static"
ALL_STYLES = "all.css"
FIRST_STYLES = ("tokens.css", "page.css")  # the others refine these and do not depend on each other
PREFIX = "/static/"
COMPRESSIBLE = {".css", ".js", ".svg", ".txt"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is served; ``url`` has a part of its digest in its name."""

    name: str
    url: str
    content: bytes


@cache
def static_files() -> dict[str, StaticFile]:
    """Every file by its plain name ("all.css", "vendor/htmx.min.js"), read once."""
    contents = {ALL_STYLES: all_styles()} | dict(_other_files())
    return {name: StaticFile(name, hashed_url(name, content), content) for name, content in contents.items()}


def static_url(name: str) -> str:
    """Where a file is served; an unknown name is a fault and raises KeyError."""
    return static_files()[name].url


def all_styles() -> bytes:
    """One sheet of all of ``static/css``: the tokens and the page first, then the components by name."""
    sheets = {path.name: path for path in sorted((STATIC / "css").glob("*.css"))}
    first = [sheets.pop(name) for name in FIRST_STYLES]
    return b"\n".join(path.read_bytes() for path in (*first, *sheets.values()))


def hashed_url(name: str, content: bytes) -> str:
    """Makes "all.css" into "/static/all.3f2a9c1b7d10.css"."""
    stem, dot, suffix = name.rpartition(".")
    return f"{PREFIX}{stem}.{sha256(content).hexdigest()[:12]}{dot}{suffix}"


def serve_static_files(app: Flask) -> None:
    """Put WhiteNoise before the application, and ``static_url`` into its templates."""
    shelf = WhiteNoise(
        app.wsgi_app,
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
        add_headers_function=_add_headers,
    )
    for file in static_files().values():
        shelf.add_file_to_dictionary(file.url, str(_folder() / file.name))
    app.wsgi_app = shelf  # type: ignore[method-assign]  # how Flask is wrapped
    app.jinja_env.globals["static_url"] = static_url


def _other_files() -> Iterator[tuple[str, bytes]]:
    for path in sorted(STATIC.rglob("*")):
        if path.is_file() and path.suffix in COMPRESSIBLE and path.parent.name != "css":
            yield path.relative_to(STATIC).as_posix(), path.read_bytes()


@cache
def _folder() -> Path:
    """A folder of this process with every file and its compressed forms."""
    folder = Path(tempfile.mkdtemp(prefix="punchcard-static-"))
    atexit.register(_remove, folder, os.getpid())
    for file in static_files().values():
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(file.content, 9, mtime=0))
        path.with_name(f"{path.name}.br").write_bytes(brotli.compress(file.content))
    return folder


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def _remove(folder: Path, made_by: int) -> None:
    """Clear up at the end of the process that made it, not of one that was forked from it."""
    if os.getpid() == made_by:
        shutil.rmtree(folder, ignore_errors=True)
