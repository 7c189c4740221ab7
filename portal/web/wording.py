"""How templates and routes put money, dates and times into the studio's words (see gateways/wording)."""

from typing import Any, cast

from flask import Flask, g

from portal.gateways.wording import WRITERS, Wording, wording_of
from portal.rules.sentences import Sentence
from portal.rules.waiting import ordinal
from portal.web.visitor import business, now


def wording() -> Wording:
    """The wording of the business that is visited, today."""
    try:
        return cast("Wording", g.wording)
    except AttributeError:
        facts = business()
        g.wording = wording_of(locale=facts.locale, zone=facts.zone, currency=facts.currency, now=now())
        return cast("Wording", g.wording)


def say(sentence: Sentence) -> str:
    """A rule's sentence in the studio's words."""
    return wording().say(sentence)


def hang_filters(app: Flask) -> None:
    """Give templates every writer as a filter: ``960|money``, ``line.on_date|day``."""
    app.jinja_env.filters.update({name: _filter(name) for name in WRITERS})
    app.jinja_env.filters["ordinal"] = ordinal


def _filter(name: str) -> Any:
    def write(*values: Any) -> Any:
        return getattr(wording(), name)(*values)

    return write
