"""PaymentIntents: one wish to be paid, through as many attempts as it takes."""

import copy

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.cards import Decline, wants_its_holder
from e2e.stripe_stand_in.errors import ApiError, CardError, bad_parameter, refused
from e2e.stripe_stand_in.listing import listed, same
from e2e.stripe_stand_in.money import chargeable, known_currency
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

from . import charges, disputes, payment_methods
from .metadata import merged

KIND = "payment_intent"
CANCELABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
HOLDER_WANTED = Decline(
    "Your card was declined. This transaction requires authentication.",
    code="authentication_required",
    decline_code="authentication_required",
)
HOLDER_NOT_ASKED = Decline(
    "Your card was declined. This transaction requires authentication.",
    code="authentication_required",
    decline_code="authentication_not_handled",
)
NOT_AUTHENTICATED = Decline(
    "We are unable to authenticate your payment method. Please choose a different payment method and "
    "try again.",
    code="payment_intent_authentication_failure",
)
#: Only together with `confirm=true`, says Stripe.
WITH_CONFIRM = ("off_session", "error_on_requires_action", "return_url", "mandate_data", "use_stripe_sdk")


def new(call: Call, *, amount: int, currency: str, customer: str | None, params: Params) -> Obj:
    """An intent that nobody has tried to pay yet. `params` are those that Checkout hands on, too."""
    id_ = call.ids.new("pi")
    intent: Obj = {
        "id": id_,
        "object": KIND,
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": params.get("application_fee_amount"),
        "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": _capture(params),
        "client_secret": f"{id_}_{call.ids.new('secret')}",
        "confirmation_method": "automatic",
        "created": call.now,
        "currency": currency,
        "customer": customer,
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": merged({}, params.get("metadata")),
        "next_action": None,
        "on_behalf_of": params.get("on_behalf_of"),
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": None,
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
    }
    call.books.add(intent, authenticating=None, return_url=None, session=None)
    call.emit("payment_intent.created", intent)
    return intent


def attempt(
    call: Call, intent: Obj, method: Obj, *, off_session: bool = False, authenticated: bool = False
) -> None:
    """Tries to take the money from this card.

    Ends with the intent succeeded, or asking for 3-D Secure; raises CardError, with the intent inside,
    where the card is declined, or wants a holder who is not there.
    """
    card = payment_methods.card_of(call, method)
    set_up = call.unseen(method)["set_up"]
    call.unseen(intent)["authenticating"] = None
    if not authenticated and wants_its_holder(card, off_session=off_session, set_up=set_up):
        if off_session:
            raise _declined(call, intent, method, HOLDER_WANTED)
        _ask_the_holder(call, intent, method)
    elif card.decline is not None:
        raise _declined(call, intent, method, card.decline, checked=authenticated)
    else:
        _succeed(call, intent, method, checked=authenticated)


def authentication_failed(call: Call, intent: Obj) -> CardError:
    """The holder failed 3-D Secure: the intent waits for another card."""
    method = call.books.objects[call.unseen(intent)["authenticating"]]
    call.unseen(intent)["authenticating"] = None
    return _declined(call, intent, method, NOT_AUTHENTICATED, charged=False)


def authenticated(call: Call, intent: Obj) -> None:
    """The holder passed 3-D Secure: the same card is tried now. Raises CardError where it is declined."""
    method = call.books.objects[call.unseen(intent)["authenticating"]]
    attempt(call, intent, method, authenticated=True)


def cancel_now(call: Call, intent: Obj, reason: str | None) -> None:
    """Nobody can pay this intent any more."""
    intent |= {
        "status": "canceled",
        "canceled_at": call.now,
        "cancellation_reason": reason,
        "next_action": None,
    }
    call.unseen(intent)["authenticating"] = None
    call.emit("payment_intent.canceled", intent)


def create(call: Call, params: Params) -> Obj:
    """POST /v1/payment_intents, with `confirm` also the first attempt."""
    _only_with_confirm(params)
    currency = known_currency(params["currency"])
    amount = chargeable(params["amount"], currency)
    customer = _customer(call, params)
    method = _method(call, params, customer)
    automatic = _automatic_methods(params, {"allow_redirects": "always", "enabled": True})
    if params.get("confirm"):
        _needs_return_url(automatic, params)
    intent = new(call, amount=amount, currency=currency, customer=customer, params=params)
    _choose_methods(intent, params)
    if method is not None:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    if params.get("confirm"):
        _confirm(call, intent, params)
    return intent


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/payment_intents/:id."""
    return call.books.at_address(KIND, id_, param="intent")


def update(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/payment_intents/:id, before it succeeded or was cancelled; metadata and description always."""
    intent = call.books.at_address(KIND, id_, param="intent")
    if set(params) - {"metadata", "description", "expand"} and intent["status"] not in CANCELABLE:
        names = ", ".join(params)
        why = f"could not be updated because it has a status of {intent['status']}."
        raise _unexpected(intent, f"This PaymentIntent's {names} {why}")
    if "currency" in params:
        intent["currency"] = known_currency(params["currency"])
    if "amount" in params:
        intent["amount"] = chargeable(params["amount"], intent["currency"])
    if "customer" in params:
        intent["customer"] = _customer(call, params)
    if "payment_method" in params:
        method = payment_methods.usable(call, params["payment_method"], intent["customer"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    for name in ("description", "receipt_email", "setup_future_usage", "transfer_group"):
        if name in params:
            intent[name] = params[name] or None
    intent["metadata"] = merged(intent["metadata"], params.get("metadata"))
    return intent


def confirm(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/payment_intents/:id/confirm."""
    intent = call.books.at_address(KIND, id_, param="intent")
    if intent["status"] not in CANCELABLE:
        message = f"You cannot confirm this PaymentIntent because it has a status of {intent['status']}."
        if intent["status"] == "succeeded":
            message = (
                "You cannot confirm this PaymentIntent because it has already succeeded after being "
                "previously confirmed."
            )
        raise _unexpected(intent, message)
    _needs_return_url(_automatic_methods(params, intent["automatic_payment_methods"]), params)
    if "payment_method" in params:
        intent["payment_method"] = payment_methods.usable(call, params["payment_method"], intent["customer"])[
            "id"
        ]
    _choose_methods(intent, params)
    for name in ("receipt_email", "setup_future_usage"):
        if name in params:
            intent[name] = params[name] or None
    _confirm(call, intent, params)
    return intent


def cancel(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/payment_intents/:id/cancel; Checkout's own ends with its session instead."""
    intent = call.books.at_address(KIND, id_, param="intent")
    if call.unseen(intent)["session"] is not None:
        raise _unexpected(
            intent,
            "You cannot cancel a PaymentIntent created by Checkout. Expire the Checkout Session instead.",
        )
    if intent["status"] not in CANCELABLE:
        raise _unexpected(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a "
            f"PaymentIntent with one of the following statuses may be canceled: {', '.join(CANCELABLE)}.",
        )
    cancel_now(call, intent, params.get("cancellation_reason"))
    return intent


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/payment_intents."""
    return listed(call, KIND, params, url="/v1/payment_intents", fits=same(params, "customer"))


def _confirm(call: Call, intent: Obj, params: Params) -> None:
    off_session = bool(params.get("off_session", False))
    if intent["payment_method"] is None:
        raise _unexpected(
            intent,
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken.",
        )
    call.unseen(intent)["return_url"] = params.get("return_url")
    method = payment_methods.usable(call, intent["payment_method"], intent["customer"])
    attempt(call, intent, method, off_session=off_session)
    if intent["status"] == "requires_action" and params.get("error_on_requires_action"):
        call.unseen(intent)["authenticating"] = None
        raise _declined(call, intent, method, HOLDER_NOT_ASKED, charged=False)


def _needs_return_url(automatic: Obj, params: Params) -> None:
    if (
        automatic["allow_redirects"] == "always"
        and not params.get("off_session")
        and "return_url" not in params
    ):
        raise bad_parameter(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
            "Because some of these payment methods might redirect your customer off of your page, "
            "you must provide a `return_url`. If you don't want to accept redirect-based payment "
            "methods, set `automatic_payment_methods[enabled]` to `true` and "
            "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and "
            "Payment Intents.",
            param="return_url",
        )


def _automatic_methods(params: Params, before: Obj) -> Obj:
    if params.get("allowed_payment_method_types") == ["card"]:
        return {"allow_redirects": "never", "enabled": True}
    chosen: Obj = params.get("automatic_payment_methods", {})
    return before | chosen


def _choose_methods(intent: Obj, params: Params) -> None:
    intent["automatic_payment_methods"] = _automatic_methods(params, intent["automatic_payment_methods"])
    if "allowed_payment_method_types" in params:
        intent["allowed_payment_method_types"] = params["allowed_payment_method_types"]


def _customer(call: Call, params: Params) -> str | None:
    if "customer" not in params:
        return None
    return str(call.books.named_by("customer", params["customer"], param="customer")["id"])


def _method(call: Call, params: Params, customer: str | None) -> Obj | None:
    if "payment_method" not in params:
        return None
    return payment_methods.usable(call, params["payment_method"], customer)


def _only_with_confirm(params: Params) -> None:
    for name in WITH_CONFIRM:
        if name in params and not params.get("confirm"):
            raise bad_parameter(f"You may only pass `{name}` when `confirm` is set to true.", param=name)


def _capture(params: Params) -> str:
    if params.get("capture_method") == "manual":
        raise bad_parameter("The stand-in does not capture manually.", param="capture_method")
    return str(params.get("capture_method", "automatic_async"))


def _ask_the_holder(call: Call, intent: Obj, method: Obj) -> None:
    call.unseen(intent)["authenticating"] = method["id"]
    return_url = call.unseen(intent)["return_url"]
    url = f"{call.public_url}/authenticate/{intent['id']}"
    intent |= {
        "status": "requires_action",
        "payment_method": method["id"],
        "next_action": {"type": "redirect_to_url", "redirect_to_url": {"return_url": return_url, "url": url}},
    }
    call.emit("payment_intent.requires_action", intent)


def _succeed(call: Call, intent: Obj, method: Obj, *, checked: bool) -> None:
    card = payment_methods.card_of(call, method)
    charge = charges.new(call, intent, method, card, refusal=None, checked=checked)
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": method["id"],
    }
    call.unseen(method)["spent"] = True
    if intent["customer"] and intent["setup_future_usage"]:
        payment_methods.save(
            call, method, intent["customer"], set_up=intent["setup_future_usage"] == "off_session"
        )
    call.emit("payment_intent.succeeded", intent)
    if card.disputed:
        disputes.new(call, charge)


def _declined(
    call: Call, intent: Obj, method: Obj, why: Decline, *, charged: bool = True, checked: bool = False
) -> CardError:
    """Writes the refusal down and gives it, to be raised."""
    refusal = why.error()
    refusal.error["payment_method"] = copy.deepcopy(method)
    if charged:
        card = payment_methods.card_of(call, method)
        charge = charges.new(call, intent, method, card, refusal=refusal, checked=checked)
        refusal.error["charge"] = intent["latest_charge"] = charge["id"]
    intent |= {
        "status": "requires_payment_method",
        "last_payment_error": copy.deepcopy(refusal.error),
        "next_action": None,
        "payment_method": None,
    }
    call.emit("payment_intent.payment_failed", intent)
    refusal.error["payment_intent"] = copy.deepcopy(intent)
    return refusal


def _unexpected(intent: Obj, message: str) -> ApiError:
    error = refused(message, code="payment_intent_unexpected_state")
    error.error["payment_intent"] = copy.deepcopy(intent)
    return error
