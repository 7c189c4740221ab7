"""Charges: one for each time that money moved from a card, or was refused."""

import copy

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.cards import TestCard
from e2e.stripe_stand_in.errors import CardError
from e2e.stripe_stand_in.listing import listed, same
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

KIND = "charge"
ADVICE_FREE = {"advice_code": None, "network_advice_code": None, "network_decline_code": None}


def new(
    call: Call, intent: Obj, method: Obj, card: TestCard, *, refusal: CardError | None, checked: bool
) -> Obj:
    """A charge of all that an intent asks: paid, or refused with that error; `checked` by 3-D Secure."""
    paid = refusal is None
    error = refusal.error if refusal else {}
    charge: Obj = {
        "id": call.ids.new("ch"),
        "object": KIND,
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": intent["application_fee_amount"],
        "balance_transaction": call.ids.new("txn") if paid else None,
        "billing_details": copy.deepcopy(method["billing_details"]),
        "calculated_statement_descriptor": "PUNCHCARD",
        "captured": paid,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": error.get("code"),
        "failure_message": error.get("message"),
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(error),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": _card_details(intent, method, card, checked=checked),
            "type": "card",
        },
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        # Stripe shows refunds only where they are expanded.
        "refunds": None,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }
    call.books.add(charge)
    call.emit("charge.succeeded" if paid else "charge.failed", charge)
    return charge


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/charges/:id."""
    return call.books.at_address(KIND, id_)


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/charges."""
    return listed(call, KIND, params, url="/v1/charges", fits=same(params, "customer", "payment_intent"))


def left_to_refund(charge: Obj) -> int:
    """What of the charge has not been refunded, in minor units."""
    return int(charge["amount_captured"]) - int(charge["amount_refunded"])


def _outcome(error: Obj) -> Obj:
    if not error:
        said = {"network_status": "approved_by_network", "reason": None, "type": "authorized"}
        return ADVICE_FREE | said | {"risk_level": "normal", "seller_message": "Payment complete."}
    said = {"network_status": "declined_by_network", "reason": error.get("decline_code", error["code"])}
    return (
        ADVICE_FREE
        | said
        | {"risk_level": "normal", "seller_message": error["message"], "type": "issuer_declined"}
    )


def _card_details(intent: Obj, method: Obj, card: TestCard, *, checked: bool) -> Obj:
    return {
        "amount_authorized": intent["amount"],
        "authorization_code": None,
        "brand": card.brand,
        "checks": dict(method["card"]["checks"]),
        "country": card.country,
        "exp_month": method["card"]["exp_month"],
        "exp_year": method["card"]["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card.fingerprint,
        "funding": "credit",
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card.last4,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": _three_d_secure() if checked else None,
        "transaction_link_id": None,
        "wallet": None,
    }


def _three_d_secure() -> Obj:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }
