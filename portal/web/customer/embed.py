"""The classes to come, in a frame on the studio's own site (/embed/classes): without cookies or scripts, and
only where the studio lists the site (Settings › Embedding).
"""

from flask import Blueprint, Response, make_response, render_template

from portal.models.class_pages import listed_classes
from portal.models.embedding import embedding_origins
from portal.web.customer.classes import by_day
from portal.web.visitor import business, now
from portal.web.wording import wording

MOST_SHOWN = 30

pages = Blueprint("embed", __name__)


@pages.get("/embed/classes")
def embedded_classes() -> Response:
    """The next classes, whose links open a tab of their own."""
    found = listed_classes(business().id, now=now(), most=MOST_SHOWN + 1)
    page = render_template(
        "customer/classes/embedded.html",
        days=by_day(found[:MOST_SHOWN]),
        more=len(found) > MOST_SHOWN,
        zone_sentence=wording().zone_sentence(found[0].starts_at if found else now()),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = frame_policy(embedding_origins(business().id))
    response.headers["Cache-Control"] = "no-cache"
    return response


def frame_policy(origins: tuple[str, ...]) -> str:
    """Styles and pictures of ours, nothing else; framed by these sites, and by none where none is listed."""
    framed_by = " ".join(("'self'", *origins)) if origins else "'none'"
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors {framed_by}"
    )
