"""The controls: faults, webhooks, payments without a browser, Stripe's dashboard. README.md lists them."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Request, Response, jsonify, request

from .call import Call
from .cards import TypedCard, read_card
from .errors import ApiError, CardError
from .objects import charges, checkout_sessions, disputes, refunds
from .paying import answer_bank
from .stand_in import StandIn
from .store import Books, Obj
from .webhooks import receiver_at

Settings = dict[str, Any]
ANY_EXPIRY = "12/34"


class MistakeError(Exception):
    """A control was used wrongly: the status and the sentence to answer with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def controls_of(stand_in: StandIn) -> Blueprint:
    """The addresses that begin with an underscore; they ask for no key."""
    controls = Blueprint("controls", __name__)
    _add_faults(controls, stand_in)
    _add_webhooks(controls, stand_in)
    _add_money(controls, stand_in)

    @controls.post("/_reset")
    def reset() -> Response:
        stand_in.reset()
        return jsonify(reset=True)

    @controls.get("/_health")
    def health() -> Response:
        return jsonify(now=stand_in.clock.now())

    @controls.errorhandler(MistakeError)
    def mistaken(mistake: MistakeError) -> tuple[Response, int]:
        return jsonify(error=str(mistake)), mistake.status

    @controls.errorhandler(ApiError)
    def refused(error: ApiError) -> tuple[Response, int]:
        return jsonify(error=error.error), error.status

    return controls


def _add_faults(controls: Blueprint, stand_in: StandIn) -> None:
    @controls.post("/_faults")
    def switch_on() -> tuple[Response, int]:
        try:
            return jsonify(stand_in.faults.switch_on(_given(request)).as_json()), 201
        except ValueError as error:
            raise MistakeError(400, str(error)) from None

    @controls.get("/_faults")
    def list_faults() -> Response:
        return jsonify(faults=[switch.as_json() for switch in stand_in.faults.all_on()])

    @controls.delete("/_faults")
    def clear_faults() -> Response:
        stand_in.faults.clear()
        return jsonify(faults=[])


def _add_webhooks(controls: Blueprint, stand_in: StandIn) -> None:
    @controls.get("/_webhooks")
    def list_deliveries() -> Response:
        return jsonify(deliveries=stand_in.webhooks.deliveries())

    @controls.put("/_webhooks/endpoint")
    def send_elsewhere() -> Response:
        given = _given(request)
        stand_in.webhooks.send_to(
            receiver_at(given["url"]) if given.get("url") else None, given.get("secret")
        )
        return jsonify(url=given.get("url"))

    @controls.post("/_webhooks/release")
    def release() -> Response:
        return jsonify(released=stand_in.webhooks.release())

    @controls.post("/_webhooks/settled")
    def settled() -> Response:
        return jsonify(settled=stand_in.webhooks.settled(float(_given(request).get("seconds", 10))))

    @controls.post("/_webhooks/<id_>/redeliver")
    def redeliver(id_: str) -> Response:
        try:
            return jsonify(stand_in.webhooks.redeliver(id_).as_json())
        except KeyError:
            raise MistakeError(404, f"No webhook or event {id_}.") from None


def _add_money(controls: Blueprint, stand_in: StandIn) -> None:
    @controls.post("/_pay")
    def pay() -> Response:
        given = _given(request)
        id_ = _session_id(str(given.get("session", "")))
        with stand_in.call(_books(stand_in, id_)) as call:
            return jsonify(_paid(call, call.books.objects[id_], given))

    @controls.post("/_dashboard/refund")
    def refund() -> Response:
        given = _given(request)
        with stand_in.call(_books(stand_in, _named(given))) as call:
            amount = int(given["amount"]) if given.get("amount") else None
            return jsonify(refunds.new(call, _charge(call, given), amount, reason=given.get("reason")))

    @controls.post("/_dashboard/dispute")
    def dispute() -> Response:
        given = _given(request)
        with stand_in.call(_books(stand_in, _named(given))) as call:
            return jsonify(disputes.new(call, _charge(call, given), reason=given.get("reason", "fraudulent")))

    @controls.post("/_dashboard/dispute/close")
    def close_dispute() -> Response:
        given = _given(request)
        id_ = str(given.get("dispute", ""))
        with stand_in.call(_books(stand_in, id_)) as call:
            found = call.books.at_address(disputes.KIND, id_)
            return jsonify(disputes.close(call, found, won=given.get("outcome") == "won"))


def _given(http: Request) -> Settings:
    """What was posted, as JSON or as a form."""
    return dict(http.get_json()) if http.is_json else http.form.to_dict()


def _session_id(session: str) -> str:
    """The id in a session's id or in the address of its page."""
    return urlsplit(session).path.rsplit("/", 1)[-1]


def _books(stand_in: StandIn, id_: str) -> Books:
    books = stand_in.store.books_with(id_)
    if books is None:
        raise MistakeError(404, f"Nothing here is called {id_!r}.")
    return books


def _paid(call: Call, session: Obj, given: Settings) -> Settings:
    if session["status"] == "expired" and _true(given.get("even_if_expired")):
        checkout_sessions.reopen(session)
    if session["status"] != "open":
        raise MistakeError(409, f"The Checkout Session is {session['status']}.")
    try:
        intent = checkout_sessions.pay(call, session, _card(call, given), email=given.get("email"))
        if intent["status"] == "requires_action" and "authenticate" in given:
            answer_bank(call, intent, passed=_true(given["authenticate"]))
    except CardError as error:
        return {"outcome": "declined", "error": error.error, "session": session}
    outcome = "paid" if session["status"] == "complete" else "requires_action"
    return {"outcome": outcome, "session": session, "next": checkout_sessions.success_url(session)}


def _card(call: Call, given: Settings) -> TypedCard:
    number = str(given.get("card", "4242424242424242"))
    cvc = str(given.get("cvc", "1234" if number.startswith("3") else "123"))
    typed = read_card(number, str(given.get("expiry", ANY_EXPIRY)), cvc, now=call.now)
    if isinstance(typed, TypedCard):
        return typed
    raise MistakeError(400, " ".join(error.message for error in typed))


def _named(given: Settings) -> str:
    """The id of what a refund or dispute is about."""
    return str(
        given.get("charge") or given.get("payment_intent") or _session_id(str(given.get("session", "")))
    )


def _charge(call: Call, given: Settings) -> Obj:
    obj = call.books.objects[_named(given)]
    if obj["object"] == checkout_sessions.KIND:
        obj = call.books.objects.get(obj["payment_intent"] or "", {})
    charge = (
        obj if obj.get("object") == charges.KIND else call.books.find(charges.KIND, obj.get("latest_charge"))
    )
    if charge is None:
        raise MistakeError(409, "Nothing was charged.")
    return charge


def _true(value: Any) -> bool:
    return value is True or str(value).lower() in ("1", "true", "yes", "on")
