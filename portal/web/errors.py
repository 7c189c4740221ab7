"""What a person reads when something is not to be had, in plain words and without a stack."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, g, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from portal.models.database import db
from portal.models.staff_members import owners_to_ask
from portal.operations.throttling import TooManyTries
from portal.rules.roles import CAPABILITY_WORDS, ROLE_NAMES, who_may_words
from portal.rules.sentences import Refusal
from portal.web.visitor import NotForThisRole, business, has_visit, staff
from portal.web.wording import say

SECRETS = ("csrf_token", "password")

PAGES = {
    400: "errors/bad_request.html",
    403: "errors/not_allowed.html",
    404: "errors/not_found.html",
    405: "errors/not_found.html",
    413: "errors/too_large.html",
    421: "errors/unclaimed_host.html",
    429: "errors/too_many_tries.html",
    500: "errors/fault.html",
}


def show_errors_in_words(app: Flask) -> None:
    """Hang the error pages on an application."""
    app.register_error_handler(HTTPException, show_error)
    app.register_error_handler(NotForThisRole, show_who_may)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(TooManyTries, show_too_many_tries)
    app.register_error_handler(Refusal, show_refusal)


def show_error(error: HTTPException) -> tuple[str, int, list[tuple[str, str]]] | HTTPException:
    """The page of an HTTP error; its other headers (Allow, Retry-After) stay."""
    code = error.code or 500
    if code < HTTPStatus.BAD_REQUEST:  # a redirect that routing raised
        return error
    replaced = {"Content-Type", "Content-Length"}
    kept = [(name, value) for name, value in error.get_headers() if name not in replaced]
    otherwise = PAGES[400] if code < HTTPStatus.INTERNAL_SERVER_ERROR else PAGES[500]
    return page(PAGES.get(code, otherwise)), code, kept


def show_who_may(error: NotForThisRole) -> tuple[str, int]:
    """Who may do it, and whom to ask, for a member of staff whose role may not."""
    return (
        render_template(
            "errors/not_for_this_role.html",
            who=who_may_words(error.needed),
            what=CAPABILITY_WORDS[error.needed],
            role=ROLE_NAMES[staff().role],
            whom=owners_to_ask(business().id),
        ),
        HTTPStatus.FORBIDDEN,
    )


def show_stale_form(_error: CSRFError) -> tuple[str, int]:
    """A form whose proof is no longer good: say so, keep what was typed, and offer to send it again.

    Only where the browser itself says that it came from one of our pages: no other site can have it sent.
    """
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin" and bool(request.form)
    if not ours or any("password" in name for name in request.form):
        return page("errors/stale_form.html", typed=(), action=None, stood_on=_page_of_the_form()), 400
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in SECRETS]
    return page("errors/stale_form.html", typed=typed, action=request.full_path.removesuffix("?")), 400


def _page_of_the_form() -> str | None:
    """Where the form that was sent stands, where the browser tells and it is a page of ours."""
    told = request.referrer or ""
    return told if urlsplit(told).netloc == request.host else None


def show_too_many_tries(refusal: TooManyTries) -> tuple[str, int]:
    """Slow down (R4)."""
    return page(PAGES[429], sentence=say(refusal.sentence)), 429


def show_refusal(refusal: Refusal) -> tuple[str, int]:
    """A "no" that no route has shown beside a field."""
    return page("errors/refused.html", sentence=say(refusal.sentence)), 409


def page(template: str, **facts: object) -> str:
    """An error page in the studio's frame; in a bare one where there is none, or the database may be away."""
    if template == PAGES[500]:
        db.session.remove()
        g.pop("visit", None)
    layout = "layouts/page.html" if has_visit() else "layouts/bare.html"
    return render_template(template, layout=layout, **facts)
