"""SetupIntents: a card saved, with its bank's consent, before any money moves."""

import copy

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.cards import Authentication, Decline
from e2e.stripe_stand_in.errors import ApiError, CardError, bad_parameter, refused
from e2e.stripe_stand_in.listing import listed, same
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

from . import payment_methods
from .metadata import merged

KIND = "setup_intent"
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
NOT_AUTHENTICATED = Decline(
    "We are unable to authenticate your payment method. Please choose a different payment method and "
    "try again.",
    code="setup_intent_authentication_failure",
)


def new(call: Call, *, customer: str | None, params: Params) -> Obj:
    """An intent for which no card was given yet."""
    id_ = call.ids.new("seti")
    intent: Obj = {
        "id": id_,
        "object": KIND,
        "application": None,
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "cancellation_reason": None,
        "client_secret": f"{id_}_{call.ids.new('secret')}",
        "created": call.now,
        "customer": customer,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged({}, params.get("metadata")),
        "next_action": None,
        "on_behalf_of": params.get("on_behalf_of"),
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.get("usage", "off_session"),
    }
    call.books.add(intent, authenticating=None, return_url=None, session=None)
    call.emit("setup_intent.created", intent)
    return intent


def attempt(call: Call, intent: Obj, method: Obj, *, authenticated: bool = False) -> None:
    """Tries to save this card. Raises CardError, with the intent inside, where its bank refuses."""
    card = payment_methods.card_of(call, method)
    call.unseen(intent)["authenticating"] = None
    asks = card.authentication in (Authentication.UNLESS_SET_UP, Authentication.ALWAYS)
    if asks and not authenticated:
        _ask_the_holder(call, intent, method)
    elif card.decline is not None and not card.saves:
        raise _refused(call, intent, method, card.decline)
    else:
        _succeed(call, intent, method)


def authenticated(call: Call, intent: Obj) -> None:
    """The holder passed 3-D Secure: the same card is saved now."""
    method = call.books.objects[call.unseen(intent)["authenticating"]]
    attempt(call, intent, method, authenticated=True)


def authentication_failed(call: Call, intent: Obj) -> CardError:
    """The holder failed 3-D Secure: the intent waits for another card."""
    method = call.books.objects[call.unseen(intent)["authenticating"]]
    call.unseen(intent)["authenticating"] = None
    return _refused(call, intent, method, NOT_AUTHENTICATED)


def cancel_now(call: Call, intent: Obj, reason: str | None) -> None:
    """No card can be saved by this intent any more."""
    intent |= {"status": "canceled", "cancellation_reason": reason, "next_action": None}
    call.unseen(intent)["authenticating"] = None
    call.emit("setup_intent.canceled", intent)


def create(call: Call, params: Params) -> Obj:
    """POST /v1/setup_intents, with `confirm` also the first attempt."""
    customer = None
    if "customer" in params:
        customer = call.books.named_by("customer", params["customer"], param="customer")["id"]
    method = None
    if "payment_method" in params:
        method = payment_methods.usable(call, params["payment_method"], customer)
    automatic = _automatic_methods(params)
    if params.get("confirm"):
        _needs_return_url(automatic, params)
    intent = new(call, customer=customer, params=params)
    intent["automatic_payment_methods"] = automatic
    if method is not None:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    if params.get("confirm"):
        _confirm(call, intent, params)
    return intent


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/setup_intents/:id."""
    return call.books.at_address(KIND, id_, param="intent")


def confirm(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/setup_intents/:id/confirm."""
    intent = call.books.at_address(KIND, id_, param="intent")
    if intent["status"] not in OPEN:
        raise _unexpected(
            intent, f"You cannot confirm this SetupIntent because it has a status of {intent['status']}."
        )
    _needs_return_url(intent["automatic_payment_methods"], params)
    if "payment_method" in params:
        intent["payment_method"] = payment_methods.usable(call, params["payment_method"], intent["customer"])[
            "id"
        ]
    _confirm(call, intent, params)
    return intent


def cancel(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/setup_intents/:id/cancel."""
    intent = call.books.at_address(KIND, id_, param="intent")
    if intent["status"] not in OPEN:
        raise _unexpected(
            intent, f"You cannot cancel this SetupIntent because it has a status of {intent['status']}."
        )
    cancel_now(call, intent, params.get("cancellation_reason"))
    return intent


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/setup_intents."""
    return listed(
        call, KIND, params, url="/v1/setup_intents", fits=same(params, "customer", "payment_method")
    )


def _confirm(call: Call, intent: Obj, params: Params) -> None:
    if intent["payment_method"] is None:
        raise _unexpected(
            intent, "You cannot confirm this SetupIntent because it's missing a payment method."
        )
    call.unseen(intent)["return_url"] = params.get("return_url")
    attempt(call, intent, payment_methods.usable(call, intent["payment_method"], intent["customer"]))


def _automatic_methods(params: Params) -> Obj:
    if params.get("allowed_payment_method_types") == ["card"]:
        return {"allow_redirects": "never", "enabled": True}
    chosen: Obj = params.get("automatic_payment_methods", {})
    return {"allow_redirects": "always", "enabled": True} | chosen


def _needs_return_url(automatic: Obj, params: Params) -> None:
    if automatic["allow_redirects"] == "always" and "return_url" not in params:
        raise bad_parameter(
            "This SetupIntent is configured to accept payment methods enabled in your Dashboard. "
            "Because some of these payment methods might redirect your customer off of your page, "
            "you must provide a `return_url`.",
            param="return_url",
        )


def _ask_the_holder(call: Call, intent: Obj, method: Obj) -> None:
    call.unseen(intent)["authenticating"] = method["id"]
    return_url = call.unseen(intent)["return_url"]
    url = f"{call.public_url}/authenticate/{intent['id']}"
    intent |= {
        "status": "requires_action",
        "payment_method": method["id"],
        "next_action": {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}},
    }
    call.emit("setup_intent.requires_action", intent)


def _succeed(call: Call, intent: Obj, method: Obj) -> None:
    intent |= {
        "status": "succeeded",
        "last_setup_error": None,
        "next_action": None,
        "payment_method": method["id"],
    }
    if intent["customer"]:
        payment_methods.save(call, method, intent["customer"], set_up=intent["usage"] == "off_session")
    call.emit("setup_intent.succeeded", intent)


def _refused(call: Call, intent: Obj, method: Obj, why: Decline) -> CardError:
    refusal = why.error()
    refusal.error["payment_method"] = copy.deepcopy(method)
    intent |= {
        "status": "requires_payment_method",
        "last_setup_error": copy.deepcopy(refusal.error),
        "next_action": None,
        "payment_method": None,
    }
    call.emit("setup_intent.setup_failed", intent)
    refusal.error["setup_intent"] = copy.deepcopy(intent)
    return refusal


def _unexpected(intent: Obj, message: str) -> ApiError:
    error = refused(message, code="setup_intent_unexpected_state")
    error.error["setup_intent"] = copy.deepcopy(intent)
    return error
