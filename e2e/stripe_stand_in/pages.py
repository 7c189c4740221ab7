"""The hosted pages: where a card is typed, and where its bank asks (3-D Secure). No script, no cookie."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request

from .call import Call
from .cards import CARDS, FieldError, TypedCard, read_card
from .errors import ApiError, CardError
from .money import in_words
from .objects import checkout_sessions
from .objects.customers import valid_email
from .paying import answer_bank, session_of, waits_for_bank
from .stand_in import StandIn
from .store import Books, Obj

#: Whose field an error belongs to, by the name that Stripe gives the field or the code of the decline.
FIELD_OF_CODE = {"incorrect_number": "number", "expired_card": "exp", "incorrect_cvc": "cvc"}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class NoPageError(Exception):
    """An address that nothing was ever at."""


def pages_of(stand_in: StandIn) -> Blueprint:
    """The addresses for browsers."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def front() -> Response:
        return _page("front.html")

    @pages.get("/c/pay/<id_>")
    def show(id_: str) -> Response:
        with stand_in.call(_books(stand_in, id_)) as call:
            session = call.books.objects[id_]
            return _closed(session) or _form(call, session, _last_errors(call, session))

    @pages.post("/c/pay/<id_>")
    def pay(id_: str) -> Response:
        with stand_in.call(_books(stand_in, id_)) as call:
            session = call.books.objects[id_]
            return _closed(session) or _pay(call, session)

    @pages.post("/c/pay/<id_>/back")
    def go_back(id_: str) -> Response:
        with stand_in.call(_books(stand_in, id_)) as call:
            session = call.books.objects[id_]
            return _to(checkout_sessions.cancel_url(session) or f"/c/pay/{id_}")

    @pages.get("/authenticate/<id_>")
    def ask(id_: str) -> Response:
        with stand_in.call(_books(stand_in, id_)) as call:
            return _bank(call, call.books.objects[id_])

    @pages.post("/authenticate/<id_>")
    def answer(id_: str) -> Response:
        with stand_in.call(_books(stand_in, id_)) as call:
            intent = call.books.objects[id_]
            if not waits_for_bank(call, intent):
                return _bank(call, intent)
            return _answered(call, intent, passed=request.form.get("answer") == "complete")

    @pages.errorhandler(NoPageError)
    def nothing(_: NoPageError) -> Response:
        return _page(
            "closed.html", heading="Nothing to pay here", why="This address does not exist.", status=404
        )

    return pages


def _books(stand_in: StandIn, id_: str) -> Books:
    books = stand_in.store.books_with(id_)
    if books is None or not id_.startswith(("cs_", "pi_", "seti_")):
        raise NoPageError(id_)
    return books


def _page(template: str, *, status: int = 200, **facts: object) -> Response:
    response = make_response(render_template(template, **facts), status)
    response.headers |= HEADERS
    return response


def _closed(session: Obj) -> Response | None:
    """The page of a session that takes no money any more; None for an open one."""
    if session["status"] == "open":
        return None
    back = checkout_sessions.success_url(session)
    if session["status"] == "complete":
        done = "This payment is complete" if session["mode"] == "payment" else "This card is saved"
        return _page(
            "closed.html", heading=done, why="There is nothing more to do here.", back=back, to=_host(back)
        )
    back = checkout_sessions.cancel_url(session) or _origin(back)
    why = "Nothing was charged. Go back to start again."
    return _page("closed.html", heading="This page has expired", why=why, back=back, to=_host(back))


def _pay(call: Call, session: Obj) -> Response:
    typed = read_card(
        request.form.get("number", ""), request.form.get("exp", ""), request.form.get("cvc", ""), now=call.now
    )
    errors = _email_errors(session) + (typed if isinstance(typed, list) else [])
    if errors or not isinstance(typed, TypedCard):
        return _form(call, session, errors)
    try:
        intent = checkout_sessions.pay(call, session, typed, email=request.form.get("email"))
    except CardError as error:
        return _form(call, session, [_as_field(error.error)])
    if waits_for_bank(call, intent):
        return _to(f"/authenticate/{intent['id']}")
    return _to(checkout_sessions.success_url(session))


def _answered(call: Call, intent: Obj, *, passed: bool) -> Response:
    try:
        session = answer_bank(call, intent, passed=passed)
    except CardError:
        session = session_of(call, intent)
        return _to(f"/c/pay/{session['id']}" if session else _returned(call, intent, "failed"))
    return _to(checkout_sessions.success_url(session) if session else _returned(call, intent, "succeeded"))


def _bank(call: Call, intent: Obj) -> Response:
    if waits_for_bank(call, intent):
        amount = in_words(intent["amount"], intent["currency"]) if "amount" in intent else None
        return _page("bank.html", amount=amount)
    session = session_of(call, intent)
    back = f"/c/pay/{session['id']}" if session else call.unseen(intent)["return_url"]
    why = "Your bank has nothing to ask."
    return _page("closed.html", heading="Nothing to confirm", why=why, back=back, to="the payment page")


def _returned(call: Call, intent: Obj, status: str) -> str:
    """Where an intent of its own goes after 3-D Secure, with what Stripe adds to the address."""
    url = call.unseen(intent)["return_url"]
    if url is None:
        return f"/authenticate/{intent['id']}"
    added = {
        intent["object"]: intent["id"],
        f"{intent['object']}_client_secret": intent["client_secret"],
        "redirect_status": status,
    }
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(added)}"


def _form(call: Call, session: Obj, errors: list[FieldError]) -> Response:
    back = checkout_sessions.cancel_url(session)
    return _page(
        "pay.html",
        session=session,
        lines=[_line(line) for line in call.unseen(session)["lines"]],
        total=in_words(session["amount_total"], session["currency"])
        if session["mode"] == "payment"
        else None,
        shop=_host(session["success_url"]),
        back=back,
        email=checkout_sessions.email_of(call, session),
        asks_email=_asks_email(session),
        errors=errors,
        by_field={error.field: error.message for error in errors},
        typed=request.form,
        cards=CARDS,
        end=session["expires_at"],
    )


def _line(line: Obj) -> dict[str, str | int]:
    amount = in_words(line["amount_total"], line["currency"])
    return {"name": line["description"], "quantity": line["quantity"], "amount": amount}


def _asks_email(session: Obj) -> bool:
    """Whether the page asks for an address, because the caller knew none."""
    return not (session["customer"] or session["customer_email"])


def _email_errors(session: Obj) -> list[FieldError]:
    if not _asks_email(session):
        return []
    try:
        valid_email(request.form.get("email", ""), param="email")
    except ApiError:
        return [FieldError("email", "email_invalid", "Enter an e-mail address, like name@example.com.")]
    return []


def _last_errors(call: Call, session: Obj) -> list[FieldError]:
    """What the last attempt ended with, for who comes back from their bank."""
    intent = call.books.objects.get(session["payment_intent"] or session["setup_intent"] or "")
    error = intent and (intent.get("last_payment_error") or intent.get("last_setup_error"))
    return [_as_field(error)] if error else []


def _as_field(error: Obj) -> FieldError:
    return FieldError(FIELD_OF_CODE.get(error["code"], "number"), error["code"], error["message"])


def _to(url: str) -> Response:
    response = make_response(redirect(url, 303))
    response.headers |= HEADERS
    return response


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"
