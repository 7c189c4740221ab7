"""The API's door: who calls, for which account, with which key and parameters, into which fault."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Request, Response, request

from . import answers
from .answers import Answer
from .errors import ApiError, error_body
from .events import API_VERSION
from .expansion import expanded
from .faults import Fault, Switch
from .parameters import Params, checked, decode
from .routes import ROUTES, Route
from .stand_in import StandIn
from .wire import drop_connection

HELP = "See https://docs.stripe.com/api#authentication for details, or we can help at https://support.stripe.com/."


@dataclass(frozen=True)
class Asked:
    """One request, as far as it can be read before anything is done."""

    id: str
    method: str
    path: str
    account: str | None
    key: str | None
    pairs: list[tuple[str, str]]

    @property
    def fingerprint(self) -> str:
        """What must be the same for an idempotency key to be used again."""
        return json.dumps(sorted(self.pairs))


def api_of(stand_in: StandIn) -> Blueprint:
    """The addresses below /v1."""
    api = Blueprint("api", __name__)

    @api.route("/v1/<path:path>", methods=["GET", "POST", "DELETE"])
    def answer(path: str) -> Response:  # noqa: ARG001  the request says it, whole
        stand_in.public_url = stand_in.settings.public_url or request.host_url.rstrip("/")
        id_ = stand_in.ids.new("req", 14)
        try:
            asked = _asked(request, id_)
            return _response(_answer(stand_in, asked), asked.key, id_)
        except ApiError as error:
            return _response(answers.failure(error, id_), request.headers.get("Idempotency-Key"), id_)

    return api


def _asked(http: Request, id_: str) -> Asked:
    _authenticated(http)
    version = http.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise ApiError(400, error_body("invalid_request_error", f"Invalid Stripe API version: {version}"))
    pairs = list((http.args if http.method in ("GET", "DELETE") else http.form).items(multi=True))
    key = http.headers.get("Idempotency-Key") if http.method == "POST" else None
    return Asked(id_, http.method, http.path, _account(http), key, pairs)


def _authenticated(http: Request) -> None:
    scheme, _, key = http.headers.get("Authorization", "").partition(" ")
    if scheme == "Basic" and http.authorization is not None:
        key = http.authorization.username or ""
    if not key:
        message = (
            "You did not provide an API key. You need to provide your API key in the Authorization header."
        )
        raise ApiError(401, error_body("invalid_request_error", f"{message} {HELP}"))
    if not re.fullmatch(r"[sr]k_test_\w+", key):
        hidden = "*" * 12 + key[-4:]
        raise ApiError(401, error_body("invalid_request_error", f"Invalid API Key provided: {hidden}"))


def _account(http: Request) -> str | None:
    account = http.headers.get("Stripe-Account")
    if account and not account.startswith("acct_"):
        message = (
            f"The provided key does not have access to account '{account}' (or that account does not exist)."
        )
        raise ApiError(403, error_body("invalid_request_error", message, code="account_invalid"))
    return account or None


def _answer(stand_in: StandIn, asked: Asked) -> Answer:
    switch = stand_in.faults.meeting_request(method=asked.method, path=asked.path, account=asked.account)
    _fail_at_the_door(switch)
    if asked.key is None:
        return _done(stand_in, asked, switch)
    endpoint = f"{asked.method} {asked.path}"
    before = stand_in.keys.begin(
        asked.account, asked.key, endpoint=endpoint, params=asked.fingerprint, now=stand_in.clock.now()
    )
    return before or _done_once(stand_in, asked, asked.key, switch)


def _done_once(stand_in: StandIn, asked: Asked, key: str, switch: Switch | None) -> Answer:
    try:
        return _done(
            stand_in, asked, switch, remember=lambda it: stand_in.keys.remember(asked.account, key, it)
        )
    finally:
        stand_in.keys.let_go(asked.account, key)


def _done(
    stand_in: StandIn,
    asked: Asked,
    switch: Switch | None,
    *,
    remember: Callable[[Answer], None] = lambda _: None,
) -> Answer:
    """Does what was asked and gives the answer, remembered; raises what no idempotency key remembers."""
    fault = switch.fault if switch else None
    if fault is Fault.SLOW:
        time.sleep((switch and switch.seconds) or 0)
    answer = _broken(asked) if fault is Fault.ERROR else _executed(stand_in, asked)
    if fault is Fault.ERROR_AFTER_SUCCESS:
        answer = _broken(asked)
    remember(answer)
    if fault is Fault.TIMEOUT_AFTER_SUCCESS:
        time.sleep((switch and switch.seconds) or 0)
        drop_connection(request.environ)
    return answer


def _executed(stand_in: StandIn, asked: Asked) -> Answer:
    route, ids = _route(asked)
    params = checked(route.params, decode(asked.pairs))
    try:
        return answers.success(_called(stand_in, asked, route, params, ids), asked.id)
    except ApiError as error:
        if not error.remembered:
            raise
        return answers.failure(error, asked.id)


def _called(
    stand_in: StandIn, asked: Asked, route: Route, params: Params, ids: tuple[str, ...]
) -> dict[str, Any]:
    books = stand_in.store.books(asked.account)
    with stand_in.call(books, request_id=asked.id, idempotency_key=asked.key) as call:
        obj = route.endpoint(call, params, *ids)
        return expanded(call, obj, params.get("expand", []))


def _route(asked: Asked) -> tuple[Route, tuple[str, ...]]:
    for route in ROUTES:
        match = route.pattern.fullmatch(asked.path)
        if match is not None and route.method == asked.method:
            return route, match.groups()
    message = (
        f"Unrecognized request URL ({asked.method}: {asked.path}). Please see https://docs.stripe.com "
        "or we can help at https://support.stripe.com/. (The stand-in may lack this endpoint.)"
    )
    raise _at_the_door(404, message)


def _fail_at_the_door(switch: Switch | None) -> None:
    match switch.fault if switch else None:
        case Fault.DROPPED:
            drop_connection(request.environ)
        case Fault.RATE_LIMITED:
            raise _at_the_door(429, "Request rate limit exceeded.", code="rate_limit")
        case Fault.UNAVAILABLE:
            raise _at_the_door(503, "Stripe is unavailable just now. Please try again.", kind="api_error")


def _at_the_door(
    status: int, message: str, *, code: str | None = None, kind: str = "invalid_request_error"
) -> ApiError:
    error = ApiError(status, error_body(kind, message, code=code))
    error.remembered = False
    return error


def _broken(asked: Asked) -> Answer:
    error = ApiError(500, error_body("api_error", "An unknown error occurred"))
    # The key would only replay it, so Stripe asks its SDK not to try again.
    error.should_retry = False
    return answers.failure(error, asked.id)


def _response(answer: Answer, key: str | None, id_: str) -> Response:
    response = Response(answer.body, answer.status, content_type="application/json")
    response.headers |= {
        "Request-Id": id_,
        "Stripe-Version": API_VERSION,
        "Cache-Control": "no-cache, no-store",
    }
    if key:
        response.headers["Idempotency-Key"] = key
    if answer.should_retry is not None:
        response.headers["Stripe-Should-Retry"] = str(answer.should_retry).lower()
    if key:
        response.headers["Original-Request"] = answer.request_id
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
