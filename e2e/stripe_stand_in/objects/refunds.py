"""Refunds: money back to the card that paid."""

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.errors import ApiError, bad_parameter, missing_parameter, refused
from e2e.stripe_stand_in.listing import listed, same
from e2e.stripe_stand_in.money import in_words
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

from . import charges, payment_methods
from .metadata import merged

KIND = "refund"
#: When a refund to a card like …5126 or …7726 changes: seconds after its making, by the stand-in's clock.
SETTLES_AFTER = 60


def new(
    call: Call, charge: Obj, amount: int | None, *, reason: str | None = None, metadata: Obj | None = None
) -> Obj:
    """Refunds so many minor units of a charge, or (None) what is left of it.

    Refuses more than is left (Stripe gives no code for that), with `charge_already_refunded` where nothing
    is, and a disputed charge.
    """
    amount = _refundable(charge, amount)
    becomes = _becomes(call, charge)
    refund: Obj = {
        "id": call.ids.new("re"),
        "object": KIND,
        "amount": amount,
        "balance_transaction": call.ids.new("txn"),
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": metadata or {},
        "payment_intent": charge["payment_intent"],
        "payment_method": None,
        "reason": reason,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if becomes == "succeeded" else "succeeded",
        "transfer_reversal": None,
    }
    call.books.add(refund, becomes=becomes)
    if becomes is not None:
        call.books.wait(refund)
    _count(charge, amount)
    call.emit("refund.created", refund)
    call.emit("charge.refunded", charge)
    return refund


def create(call: Call, params: Params) -> Obj:
    """POST /v1/refunds, of a `charge` or of a `payment_intent`'s."""
    if "amount" in params and params["amount"] < 1:
        raise bad_parameter("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    charge = _charge_meant(call, params)
    metadata = merged({}, params.get("metadata"))
    return new(call, charge, params.get("amount"), reason=params.get("reason"), metadata=metadata)


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/refunds/:id."""
    return call.books.at_address(KIND, id_)


def update(call: Call, params: Params, id_: str) -> Obj:
    """POST /v1/refunds/:id: metadata only."""
    refund = call.books.at_address(KIND, id_)
    refund["metadata"] = merged(refund["metadata"], params.get("metadata"))
    call.emit("refund.updated", refund)
    return refund


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/refunds."""
    return listed(call, KIND, params, url="/v1/refunds", fits=same(params, "charge", "payment_intent"))


def settle_due(call: Call) -> None:
    """Refunds of the cards whose refunds change later do so now, if it is time."""
    for refund in call.books.waiting(KIND):
        if call.now >= refund["created"] + SETTLES_AFTER:
            call.books.settle(refund)
            _settle(call, refund, call.unseen(refund)["becomes"])


def _settle(call: Call, refund: Obj, status: str) -> None:
    refund["status"] = status
    if status == "failed":
        refund["failure_reason"] = "expired_or_canceled_card"
        refund["failure_balance_transaction"] = call.ids.new("txn")
        _count(call.books.objects[refund["charge"]], -refund["amount"])
        call.emit("refund.failed", refund)
    call.emit("refund.updated", refund)


def _count(charge: Obj, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charges.left_to_refund(charge) == 0


def _becomes(call: Call, charge: Obj) -> str | None:
    method = call.books.objects[charge["payment_method"]]
    return payment_methods.card_of(call, method).refund_becomes


def _charge_meant(call: Call, params: Params) -> Obj:
    if "charge" in params and "payment_intent" in params:
        raise bad_parameter("You may only specify one of these parameters: charge, payment_intent.")
    if "charge" in params:
        return call.books.named_by(charges.KIND, params["charge"], param="charge")
    if "payment_intent" not in params:
        raise missing_parameter("charge")
    intent = call.books.named_by("payment_intent", params["payment_intent"], param="payment_intent")
    charge = call.books.find(charges.KIND, intent["latest_charge"])
    if charge is None or not charge["paid"]:
        raise refused(f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.")
    return charge


def _refundable(charge: Obj, amount: int | None) -> int:
    left = charges.left_to_refund(charge)
    if charge["disputed"]:
        raise refused(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if not charge["paid"]:
        raise refused(f"Charge {charge['id']} was not paid; there is nothing to refund.")
    if left == 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount is not None and amount > left:
        raise _too_large(charge, amount, left)
    return left if amount is None else amount


def _too_large(charge: Obj, amount: int, left: int) -> ApiError:
    whole = left == charge["amount_captured"]
    limit = "charge amount" if whole else "unrefunded amount on charge"
    asked, most = in_words(amount, charge["currency"]), in_words(left, charge["currency"])
    message = f"Refund amount ({asked}) is greater than {limit} ({most})"
    return refused(message, param="amount")
