"""Prints letters: a template, a studio's wording and facts become a subject, a text and its HTML.

It stands among the gateways because what it makes is handed to the outside, and so that both the job that
sends letters and whoever wants to show one can use it; it knows neither rows nor requests.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, pass_context, select_autoescape
from jinja2.runtime import Context

from portal.gateways.wording import WRITERS

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Printed:
    """A letter's words."""

    subject: str
    text: str
    html: str


def print_letter(kind: str, **facts: Any) -> Printed:
    """Print ``emails/<kind>.txt`` and ``.html``, with ``facts["wording"]`` behind their filters.

    The first line of the text is the subject. A fact that a template misses is an error, never a gap in a
    letter.
    """
    subject, _, text = _template(f"emails/{kind}.txt").render(facts).strip().partition("\n")
    html = _template(f"emails/{kind}.html").render(facts, subject=subject)
    return Printed(subject=subject.strip(), text=text.strip() + "\n", html=html.strip() + "\n")


def _template(name: str) -> Template:
    return _environment().get_template(name)


@lru_cache(1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update({name: _filter(name) for name in WRITERS})
    return environment


def _filter(name: str) -> Any:
    """A way of writing, by the wording of the letter that is being printed."""

    @pass_context
    def write(context: Context, *values: Any) -> Any:
        return getattr(context["wording"], name)(*values)

    return write
