"""Disputes: the customer asks the bank for the money back."""

from e2e.stripe_stand_in.call import Call
from e2e.stripe_stand_in.errors import refused
from e2e.stripe_stand_in.listing import listed, same
from e2e.stripe_stand_in.parameters import Params
from e2e.stripe_stand_in.store import Obj

KIND = "dispute"
DAYS_FOR_EVIDENCE = 9


def new(call: Call, charge: Obj, *, reason: str = "fraudulent") -> Obj:
    """Disputes the whole charge. Refuses a second dispute of the same."""
    if charge["disputed"]:
        raise refused(f"Charge {charge['id']} is disputed already.", code="charge_disputed")
    charge["disputed"] = True
    dispute: Obj = {
        "id": call.ids.new("du"),
        "object": KIND,
        "amount": charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": call.now + DAYS_FOR_EVIDENCE * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"]["card"]["brand"],
                "case_type": "chargeback",
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
    call.books.add(dispute)
    call.emit("charge.dispute.created", dispute)
    call.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(call: Call, dispute: Obj, *, won: bool) -> Obj:
    """The bank decides; a won dispute brings the money back."""
    if dispute["status"] in ("won", "lost"):
        raise refused(f"Dispute {dispute['id']} is closed already.")
    dispute["status"] = "won" if won else "lost"
    call.emit("charge.dispute.closed", dispute)
    if won:
        call.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def retrieve(call: Call, _params: Params, id_: str) -> Obj:
    """GET /v1/disputes/:id."""
    return call.books.at_address(KIND, id_)


def list_all(call: Call, params: Params) -> Obj:
    """GET /v1/disputes."""
    return listed(call, KIND, params, url="/v1/disputes", fits=same(params, "charge", "payment_intent"))
