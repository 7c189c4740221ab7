"""Letters: each kind as it reads, and those that were not delivered (address: /staff/letters and below)."""

import re
from base64 import b64encode
from hashlib import sha256
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.database import transaction
from portal.models.letter_pages import letters_given_up, letters_tried_again
from portal.models.letters import LetterKind
from portal.operations.letter_examples import example_letter
from portal.operations.resending import HAD_A_LINK, send_again
from portal.rules.roles import Capability
from portal.rules.sentences import Refusal, Sentence
from portal.web.notices import tell, warn
from portal.web.staff.act_forms import acting
from portal.web.staff.letter_words import WORDS
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

ADDRESS = "/staff/letters"
LETTERS_A_PAGE = 30
MOST_TRIED_AGAIN = 30
LAST_PAGE = 500
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)

pages = Blueprint("staff_letters", __name__)


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def overview() -> ResponseReturnValue:
    """What could not be delivered, what is being tried again, and every kind of letter."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = letters_given_up(business().id, most=LETTERS_A_PAGE + 1, skipped=(page - 1) * LETTERS_A_PAGE)
    return render_template(
        "staff/letters/page.html",
        address=ADDRESS,
        words=WORDS,
        given_up=found[:LETTERS_A_PAGE],
        tried_again=letters_tried_again(business().id, most=MOST_TRIED_AGAIN) if page == 1 else [],
        had_a_link=HAD_A_LINK,
        earlier=f"{ADDRESS}?page={page - 1}" if page > 1 else None,
        later=f"{ADDRESS}?page={page + 1}" if len(found) > LETTERS_A_PAGE else None,
        zone_sentence=wording().zone_sentence(now()),
    )


@pages.get(f"{ADDRESS}/<kind>")
@staff_needed(Capability.SETUP)
def preview(kind: str) -> ResponseReturnValue:
    """A letter of a kind with example facts: its subject, and its plain text as mail programs show it."""
    shown = _kind(kind)
    return render_template(
        "staff/letters/preview.html",
        address=ADDRESS,
        told=WORDS[shown],
        kind=shown.value,
        letter=example_letter(shown, business(), now=now()),
    )


@pages.get(f"{ADDRESS}/<kind>/html")
@staff_needed(Capability.SETUP)
def preview_html(kind: str) -> ResponseReturnValue:
    """The same letter's HTML, as it is sent; nothing in it may run, and only its own style applies."""
    letter = example_letter(_kind(kind), business(), now=now())
    response = Response(letter.html)
    response.headers["Content-Security-Policy"] = _letter_policy(letter.html)
    return response


@pages.post(f"{ADDRESS}/<uuid:letter_id>/sending")
@staff_needed(Capability.SETUP)
def send(letter_id: UUID) -> ResponseReturnValue:
    """Send a letter again that was given up."""
    try:
        with transaction():
            to_email = send_again(business(), letter_id=letter_id, actor=acting(), now=now())
    except Refusal as refusal:
        warn(refusal)
    else:
        tell(Sentence("The letter to {email} is being sent again.", {"email": to_email}))
    return redirect(ADDRESS, code=303)


def _kind(name: str) -> LetterKind:
    """The kind that an address names ("pass-nearly-over"); another is not to be found (404)."""
    try:
        return LetterKind(name.replace("-", "_"))
    except ValueError:
        abort(404)


def _letter_policy(html: str) -> str:
    """A letter brings its style along, as mail must: that very style, by its digest, and nothing else."""
    styles = (b64encode(sha256(style.encode()).digest()).decode() for style in STYLE.findall(html))
    allowed = " ".join(f"'sha256-{digest}'" for digest in styles) or "'none'"
    return f"default-src 'none'; style-src {allowed}; frame-ancestors 'none'; base-uri 'none'; sandbox"
