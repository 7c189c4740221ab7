"""PaymentMethods: cards, typed on the hosted page or named by Stripe's test tokens."""

from typing import Any

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.cards import BY_NUMBER, BY_TOKEN, TestCard, TypedCard
from e2e.stripe_stand_in.errors import bad_parameter, missing_parameter, refused
from e2e.stripe_stand_in.listing import listed, same
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

from .metadata import merged

KIND = "payment_method"
TOKENS = ("pm_card_", "tok_")
NO_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}
NOBODY = {"address": NO_ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None}


def new(call: Call, typed: TypedCard, *, email: str | None = None) -> Obj:
    """A card as a PaymentMethod, not attached to anybody."""
    card = typed.card
    method: Obj = {
        "id": call.ids.new("pm"),
        "object": KIND,
        "allow_redisplay": "unspecified",
        "billing_details": NOBODY | {"email": email},
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "fail" if card.decline and card.decline.code == "incorrect_cvc" else "pass",
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": typed.exp_month,
            "exp_year": typed.exp_year,
            "fingerprint": card.fingerprint,
            "funding": "credit",
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": card.brand != "amex"},
            "wallet": None,
        },
        "created": call.now,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    return call.books.add(method, number=card.number, set_up=False, spent=False)


def card_of(call: Call, method: Obj) -> TestCard:
    """The test card behind a PaymentMethod."""
    return BY_NUMBER[call.unseen(method)["number"]]


def named(call: Call, id_: str, *, param: str = "payment_method") -> Obj:
    """The PaymentMethod of that id; a test token such as `pm_card_visa` makes a new one, as at Stripe."""
    if id_.startswith(TOKENS[0]):
        return _of_token(call, id_.removeprefix(TOKENS[0]), id_, param)
    return call.books.named_by(KIND, id_, param=param)


def usable(call: Call, id_: str, customer: str | None) -> Obj:
    """The PaymentMethod for a payment by this customer. Refuses another's card, and a spent one."""
    method = named(call, id_)
    if method["customer"] not in (None, customer):
        raise refused(
            f"The payment method supplied ({id_}) belongs to a Customer. Please include the Customer in the "
            "`customer` parameter on the PaymentIntent/Request.",
            param="payment_method",
        )
    if method["customer"] is None and call.unseen(method)["spent"]:
        raise refused(
            "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
            "attachment, shared with a connected account without Customer attachment, or was "
            "detached from a Customer. It may not be used again. To use a PaymentMethod multiple "
            "times, you must attach it to a Customer first.",
            param="payment_method",
        )
    return method


def save(call: Call, method: Obj, customer: str, *, set_up: bool) -> None:
    """Attaches the card to the customer; `set_up` where its bank agreed to payments off-session."""
    call.unseen(method)["set_up"] |= set_up
    if method["customer"] == customer:
        return
    method["customer"] = customer
    call.emit("payment_method.attached", method)


def create(call: Call, params: Params) -> Obj:
    """POST /v1/payment_methods: cards by token; a raw number is refused, as Stripe does unless asked."""
    if params.get("type", "card") != "card":
        raise bad_parameter("The stand-in takes cards only.", param="type")
    if "card" not in params:
        raise missing_parameter("card")
    method = _of_card(call, params["card"])
    method["billing_details"] = _billing(params.get("billing_details", {}))
    method["metadata"] = merged({}, params.get("metadata"))
    return method


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/payment_methods/:id."""
    return call.books.at_address(KIND, id_)


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/payment_methods."""
    alike = same(params, "customer", "type")

    def fits(method: Obj) -> bool:
        # Without a customer Stripe lists nobody's.
        return "customer" in params and alike(method)

    return listed(call, KIND, params, url="/v1/payment_methods", fits=fits)


def list_of_customer(call: Call, params: Params, customer: str) -> Obj:
    """GET /v1/customers/:customer/payment_methods."""
    call.books.at_address("customer", customer, param="customer")
    url = f"/v1/customers/{customer}/payment_methods"
    return listed(call, KIND, params, url=url, fits=same(params | {"customer": customer}, "customer", "type"))


def retrieve_of_customer(call: Call, _params: Params, customer: str, id_: str) -> Obj:
    """GET /v1/customers/:customer/payment_methods/:id."""
    method = call.books.find(KIND, id_)
    if method is None or method["customer"] != customer:
        raise refused(
            f"No such PaymentMethod: '{id_}'", code="resource_missing", param="customer", status=404
        )
    return method


def attach(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/payment_methods/:id/attach. A card that is always declined cannot be attached."""
    if "customer" not in params:
        raise missing_parameter("customer")
    customer = call.books.named_by("customer", params["customer"], param="customer")
    method = named(call, id_) if id_.startswith(TOKENS[0]) else call.books.at_address(KIND, id_)
    _may_be_attached(call, method, customer)
    save(call, method, customer["id"], set_up=False)
    return method


def detach(call: Call, _params: Params, id_: str) -> Obj:
    """POST /v1/payment_methods/:id/detach: for good."""
    method = call.books.at_address(KIND, id_)
    if method["customer"] is None:
        raise refused(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    method["customer"] = None
    call.unseen(method)["spent"] = True
    call.emit("payment_method.detached", method)
    return method


def _may_be_attached(call: Call, method: Obj, customer: Obj) -> None:
    card = card_of(call, method)
    if method["customer"] not in (None, customer["id"]):
        raise refused("The payment method you provided has already been attached to a customer.")
    if method["customer"] is None and call.unseen(method)["spent"]:
        raise refused(
            "This PaymentMethod was previously used without being attached to a Customer or was "
            "detached from a Customer, and may not be used again."
        )
    if card.decline and not card.saves:
        raise card.decline.error()


def _of_token(call: Call, token: str, id_: str, param: str) -> Obj:
    card = BY_TOKEN.get(token)
    if card is None:
        raise refused(f"No such PaymentMethod: '{id_}'", code="resource_missing", param=param)
    return new(call, TypedCard(card, 12, 2034))


def _of_card(call: Call, card: dict[str, Any]) -> Obj:
    if "token" in card:
        return _of_token(call, card["token"].removeprefix(TOKENS[1]), card["token"], "card[token]")
    message = (
        "Sending credit card numbers directly to the Stripe API is generally unsafe. To continue processing "
        "use Stripe.js, the Stripe mobile bindings, or Stripe Elements."
    )
    raise refused(message, status=402)


def _billing(details: dict[str, Any]) -> Obj:
    return NOBODY | details | {"address": NO_ADDRESS | (details.get("address") or {})}
