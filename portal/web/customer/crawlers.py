"""What search engines ask for: /robots.txt and /sitemap.xml, of each studio, on its public address."""

from xml.sax.saxutils import escape

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from portal.models.class_pages import listed_classes
from portal.web.security import let_browsers_keep
from portal.web.visitor import business, now

MOST_CLASSES = 1000
NOT_FOR_CRAWLERS = (
    "/account",
    "/basket",
    "/bookings",
    "/calendar",
    "/checkout",
    "/embed",
    "/letters",
    "/register",
    "/reset-password",
    "/sign-in",
    "/staff",
)

pages = Blueprint("crawlers", __name__)


@pages.get("/robots.txt")
def robots() -> AnyResponse:
    """What is worth finding, and where it is listed."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_CRAWLERS)]
    text = "\n".join([*lines, "", f"Sitemap: {_address('/sitemap.xml')}", ""])
    return let_browsers_keep(Response(text, content_type="text/plain; charset=utf-8"))


@pages.get("/sitemap.xml")
def sitemap() -> AnyResponse:
    """The list of classes, the passes where the studio sells any, and every class to come."""
    paths = ["/", *(["/passes"] if business().plan.has_passes else [])]
    listed = listed_classes(business().id, now=now(), most=MOST_CLASSES)
    paths += [found.address for found in listed if not found.is_cancelled]
    places = "".join(f"<url><loc>{escape(_address(path))}</loc></url>\n" for path in paths)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n'
    )
    return let_browsers_keep(Response(text, content_type="application/xml; charset=utf-8"))


def _address(path: str) -> str:
    return f"{business().public_address.rstrip('/')}{path}"
