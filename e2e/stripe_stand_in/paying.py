"""3-D Secure: what the bank's page answers, for payments and for cards being saved."""

from .call import Call
from .objects import checkout_sessions, payment_intents, setup_intents
from .store import Obj


def answer_bank(call: Call, intent: Obj, *, passed: bool) -> Obj | None:
    """The holder passed or failed; gives the Checkout Session behind the intent, or None where there is none.

    Raises CardError where the holder failed, or passed and the card is declined all the same.
    """
    module = payment_intents if intent["object"] == payment_intents.KIND else setup_intents
    if not passed:
        raise module.authentication_failed(call, intent)
    module.authenticated(call, intent)
    session = session_of(call, intent)
    if session is not None:
        checkout_sessions.complete_if_paid(call, session)
    return session


def session_of(call: Call, intent: Obj) -> Obj | None:
    """The Checkout Session that this intent belongs to."""
    id_ = call.unseen(intent)["session"]
    return call.books.objects[id_] if id_ else None


def waits_for_bank(call: Call, intent: Obj) -> bool:
    """Whether 3-D Secure is still to be answered."""
    return bool(intent["status"] == "requires_action" and call.unseen(intent)["authenticating"])
