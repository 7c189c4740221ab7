"""What each answer tells the browser to allow, and the proof that each form came from our own page (CSRF)."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from portal.settings import Settings
from portal.web.sessions import is_on_https

STRIPE_CHECKOUT = "https://checkout.stripe.com"
NEVER_STORED = "no-store"

csrf = CSRFProtect()


def secure(app: Flask, settings: Settings) -> None:
    """Hang the headers and the CSRF check on an application."""
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # a form left open for hours still works (DESIGN §4)
        WTF_CSRF_SSL_STRICT=False,  # some browsers send no Referer; token and SameSite are the proof
    )
    csrf.init_app(app)
    fixed = fixed_headers(settings)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.extend((name, value) for name, value in fixed if name not in headers)
        if request.is_secure or is_on_https():
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = NEVER_STORED
        return response


def fixed_headers(settings: Settings) -> list[tuple[str, str]]:
    """The headers that every answer has."""
    return [
        ("Content-Security-Policy", content_policy(settings)),
        ("Referrer-Policy", "same-origin"),  # a guest's secret booking link is told to nobody
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]


def content_policy(settings: Settings) -> str:
    """Nothing but our own files; forms go to us, and by redirect to the page where a card is typed."""
    return "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            f"form-action 'self' {card_page_origin(settings)}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def card_page_origin(settings: Settings) -> str:
    """Where Stripe's hosted page lives: Stripe's own host, or the stand-in's."""
    if settings.stripe_api_base is None:
        return STRIPE_CHECKOUT
    parts = urlsplit(settings.stripe_api_base)
    return f"{parts.scheme}://{parts.netloc}"


def let_browsers_keep(response: Response) -> Response:
    """For pages without anything personal but the menu: kept by this browser, asked about each time."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response
