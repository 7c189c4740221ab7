"""The lines of a client's account in words, as the client reads them and as staff do (M5)."""

from portal.models.account_balance import LedgerLine
from portal.models.accounts import EntryKind
from portal.models.audit import ActorKind
from portal.rules.sentences import Sentence

_TEXTS = {
    EntryKind.CHARGE: "Charged by {studio}",
    EntryKind.CREDIT: "Credited by {studio}",
    EntryKind.INSTALMENTS: "Outstanding balance of {whose} {pass_name}",
    EntryKind.PAYMENT: "Paid by card",
    EntryKind.BASKET: "Paid for booking {reference}",
    EntryKind.CARD_REFUND: "Refunded to the card",
    EntryKind.REFUND_FAILED: "A refund that the bank did not take came back",
    EntryKind.TICKET_REFUND: "Refund for a cancelled or moved ticket",
    EntryKind.PASS_REFUND: "Refund of {whose} {pass_name}",
}

_KEPT = "Came too late or twice for a booking"
"""A payment that staff put here, since the card did not take it back (M4)."""

_SAID = {EntryKind.CHARGE, EntryKind.CREDIT, EntryKind.CARD_REFUND, EntryKind.PASS_REFUND}
"""Where the reason was written for the client to read."""


def told_to_client(line: LedgerLine, *, studio: str) -> Sentence:
    """A line as the client reads it."""
    return _told(line, studio=studio, whose="your", with_reason=line.kind in _SAID)


def told_to_staff(line: LedgerLine) -> Sentence:
    """A line as staff read it: with the reason always, and who it was."""
    return _told(line, studio=line.staff_name or "the portal", whose="the", with_reason=True)


def _told(line: LedgerLine, *, studio: str, whose: str, with_reason: bool) -> Sentence:
    values = {
        "studio": studio,
        "whose": whose,
        "pass_name": line.pass_name or "pass",
        "reference": line.reference or "",
        "reason": line.reason,
    }
    is_kept = line.kind is EntryKind.PAYMENT and line.actor is ActorKind.STAFF
    text = _KEPT if is_kept else _TEXTS[line.kind]
    return Sentence(text + (": {reason}" if with_reason and line.reason else ""), values)
