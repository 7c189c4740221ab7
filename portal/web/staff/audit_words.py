"""An entry of the audit in words: who, what, and each thing before and after."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.models.audit import ActorKind
from portal.models.audit_pages import AuditLine
from portal.web.wording import wording

NOBODY = {
    ActorKind.CUSTOMER: "A client",
    ActorKind.GUEST: "A guest",
    ActorKind.STAFF: "Staff",
    ActorKind.SYSTEM: "The portal",
}
"""Who acted, where they have no name."""

WHAT = {
    "account.charged": "Added a charge to the account",
    "account.credited": "Added a credit to the account",
    "account.paid": "Paid what was owed",
    "account.refunded_to_card": "Refunded account balance to the card",
    "booking.claimed": "Took over booking {subject}, made as a guest",
    "booking.confirmed": "Confirmed booking {subject}",
    "booking.placed": "Placed booking {subject}",
    "booking.refund_sent_again": "Sent the refund of booking {subject} again",
    "booking.released": "Let go of booking {subject}",
    "business.details_changed": "Changed the studio’s details",
    "business.embedding_set": "Changed which sites may show the classes",
    "business.moved": "Changed the studio’s address",
    "business.opened": "Opened the studio",
    "business.plan_set": "Changed the plan",
    "business.retries_set": "Changed when failed auto-payments are tried again",
    "business.set_up": "Put the first steps away",
    "card.changed": "Changed the card on file",
    "class.cancelled": "Cancelled a class",
    "class_series.added": "Added the class {subject}",
    "class_series.changed": "Changed the class {subject}",
    "class_series.class_removed": "Took a date of {subject} off the timetable",
    "class_series.time_added": "Added a weekly time of {subject}",
    "class_series.time_ended": "Ended a weekly time of {subject}",
    "class_series.scheduled": "Scheduled {subject}",
    "closed_days.added": "Closed the studio for some days",
    "closed_days.removed": "Opened the studio on days that were closed",
    "customer.added": "Opened the account",
    "customer.confirmed": "Confirmed the e-mail address",
    "customer.details_changed": "Changed the details",
    "customer.password_changed": "Changed the password",
    "customer.password_reset": "Reset the password",
    "customer.reminders_chosen": "Chose whether to get reminders",
    "customer.renamed": "Changed the name",
    "code_batch.added": "Made a batch of discount codes, {subject}",
    "code_batch.switched_off": "Switched off the codes of {subject}",
    "code_batch.switched_on": "Switched on the codes of {subject}",
    "discount_code.added": "Added the discount code {subject}",
    "discount_code.changed": "Changed the discount code {subject}",
    "discount_code.switched_off": "Switched off the discount code {subject}",
    "discount_code.switched_on": "Switched on the discount code {subject}",
    "dispute.changed": "A dispute about a payment moved on",
    "dispute.opened": "A payment was disputed at the bank",
    "instalment.failed": "An auto-payment failed",
    "instalment.paid": "Paid an instalment",
    "letter.sent_again": "Sent a letter again",
    "pass.adjusted": "Adjusted the uses of {subject}",
    "pass.balance_settled": "Settled the outstanding balance of {subject}",
    "pass.bought": "Bought {subject}",
    "pass.dates_set": "Set the dates of {subject}",
    "pass.deactivated": "Deactivated {subject}",
    "pass.extended": "Extended {subject}",
    "pass.extended_for_class": "Extended {subject} for a cancelled class",
    "pass.issued": "Issued {subject}",
    "pass.pause_ended": "Ended the pause of {subject}",
    "pass.paused": "Paused {subject}",
    "pass.reactivated": "Reactivated {subject}",
    "pass.refunded": "Refunded {subject}",
    "pass.termination_cleared": "Cleared the termination of {subject}",
    "pass.termination_set": "Set a termination of {subject}",
    "pass.undone": "Took back the last act on {subject}",
    "payment.refunded": "Refunded a payment",
    "preferences.changed": "Changed the booking preferences",
    "purchase_option.activated": "Activated the purchase option {subject}",
    "purchase_option.added": "Added the purchase option {subject}",
    "purchase_option.changed": "Changed the purchase option {subject}",
    "purchase_option.deleted": "Deleted a purchase option",
    "purchase_option.placed": "Put {subject} elsewhere in the shop",
    "purchase_option.deactivated": "Deactivated the purchase option {subject}",
    "purchase_option.passes_extended": "Extended all passes of {subject}",
    "purchase_option.put_on_sale": "Put {subject} on sale",
    "purchase_option.taken_off_sale": "Took {subject} off sale",
    "refund.failed": "A refund failed",
    "refund.recorded": "A refund was made at Stripe",
    "refund.retried": "Tried a refund again",
    "refund.succeeded": "A refund arrived",
    "business.two_factor_needed": "Decided whether staff must use two-factor sign-in",
    "staff_member.added": "Added a member of staff",
    "staff_member.deactivated": "Deactivated a member of staff",
    "staff_member.invitation_accepted": "Accepted the invitation to staff",
    "staff_member.invitation_withdrawn": "Withdrew an invitation to staff",
    "staff_member.invited_again": "Sent an invitation to staff again",
    "staff_member.password_changed": "Changed their password",
    "staff_member.reactivated": "Reactivated a member of staff",
    "staff_member.recovery_code_used": "Used a recovery code",
    "staff_member.recovery_codes_renewed": "Made new recovery codes",
    "staff_member.renamed": "Changed their name",
    "staff_member.role_changed": "Changed a role",
    "staff_member.signed_in": "Signed in",
    "ticket.attendance_taken_back": "Took back what was said of a ticket of booking {subject}",
    "ticket_type.added": "Added a ticket",
    "ticket_type.changed": "Changed a ticket",
    "staff_member.signed_out_everywhere": "Signed out everywhere",
    "staff_member.two_factor_off": "Turned two-factor sign-in off",
    "staff_member.two_factor_on": "Turned two-factor sign-in on",
    "staff_member.two_factor_reset": "Reset a colleague’s two-factor sign-in",
    "ticket.cancelled": "Cancelled a ticket of booking {subject}",
    "ticket.checked_in": "Checked in a ticket of booking {subject}",
    "ticket.move_claimed": "Began to move a ticket of booking {subject}",
    "ticket.move_released": "Left a ticket of booking {subject} where it was",
    "ticket.moved": "Moved a ticket of booking {subject}",
    "ticket.no_show": "Noted that nobody came with a ticket of booking {subject}",
    "ticket.refund_sent_again": "Sent the refund of a cancelled or moved ticket again",
}

LABELS = {
    "added_days": "Days added",
    "after_day": "Until hours before",
    "charged_to_account": "Charged to the account",
    "charges_balance": "Charges the outstanding balance",
    "bookings_limit": "Bookings in all",
    "class": "Class",
    "class_from": "First class date",
    "class_to": "Last class date",
    "closes_minutes": "Booking closes minutes before",
    "code": "Code",
    "days": "Days",
    "deactivated_from": "Deactivated from",
    "email": "E-mail",
    "expires_on": "Expiry set to",
    "first_class_by": "First class by",
    "how_paid": "Paid",
    "in_time": "Before the cut-off",
    "instalments_skipped": "Instalments not charged",
    "first_on": "First day",
    "last_on": "Last day",
    "opens_days": "Booking opens days before",
    "removed": "Classes removed",
    "last4": "Card ending in",
    "last_day": "Last day",
    "least_spend": "Least spend",
    "not_collected": "Not collected",
    "off": "Discount",
    "on_date": "Class date",
    "per_person_limit": "Bookings per customer",
    "reduces": "Lowers",
    "refund_to": "Money back to",
    "start_within_days": "Days to start within",
    "uses_per_day": "Classes a day",
    "uses_per_week": "Classes a week",
    "several_per_class": "Several tickets of a class",
    "place": "Place in the shop",
    "starts_on": "Start set to",
    "to": "Paid out to",
    "to_account": "To the account",
    "to_card": "To the card",
    "to_pay": "To pay",
    "teaches_as": "Teaches as",
    "try_on": "Next try",
    "two_factor_needed": "Needed",
    "undone": "What was undone",
    "use_returned": "Use returned",
    "uses": "Uses",
    "valid_from": "First day",
    "valid_to": "Last day",
    "uses_left": "Uses left",
}
"""Where the name itself, with its first letter large, would not do."""

MONEY = frozenset(
    (
        "amount",
        "balance",
        "charged_to_account",
        "instalments_skipped",
        "least_spend",
        "not_collected",
        "price",
        "refunded",
        "to_account",
        "to_card",
        "to_pay",
    )
)
NOT_TOLD = frozenset(("digest", "customer_id", "refund", "ticket", "tickets", "hosts", "at", "value"))
"""What an entry keeps for machines, or what its words say already."""

NAMES_OF_CHOICES = frozenset(("how_paid", "status", "plan", "role", "to", "refund_to"))

MOST_IN_FULL = 4

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an act changed: ``before`` is None where it only tells something."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """An entry to show."""

    line: AuditLine
    who: str
    what: str
    changes: tuple[Change, ...]


def told(line: AuditLine) -> ToldLine:
    """An entry of the audit in the studio's words; an act without words of its own reads as it is named."""
    return ToldLine(
        line=line,
        who=line.actor or NOBODY[line.actor_kind],
        what=what_words(line.act, line.subject),
        changes=tuple(_changes(line)),
    )


def what_words(act: str, subject: str = "") -> str:
    """What was done: "Deactivated 10-class pass"."""
    text = WHAT.get(act)
    if text is None:
        thing, _, deed = act.partition(".")
        return f"{_spaced(thing)}: {deed.replace('_', ' ')}"
    return " ".join(text.replace("{subject}", subject).split())


def change_words(change: Change) -> str:
    """One change in a line of text: "Uses left: 7 → 9"."""
    if change.before is None:
        return f"{change.label}: {change.after}"
    return f"{change.label}: {change.before} → {change.after}"


def _changes(line: AuditLine) -> Iterator[Change]:
    for name in (*line.before, *(name for name in line.after if name not in line.before)):
        if name not in NOT_TOLD and line.after.get(name) != line.subject:  # its name was said already
            before = _value(name, line.before[name]) if name in line.before else None
            yield Change(LABELS.get(name, _spaced(name)), before, _value(name, line.after.get(name)))


def _value(name: str, value: Any) -> str:
    """What an entry keeps, as its reader writes it: money, numbers, days, yes and no."""
    if value is None:
        return "unlimited" if name == "uses" else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return wording().money(value) if name in MONEY else wording().number(value)
    if isinstance(value, list):
        return _list([_value(name, each) for each in value])
    return _text(name, str(value))


def _list(each: list[str]) -> str:
    """A few in full; of many the number and the ends."""
    if len(each) <= MOST_IN_FULL:
        return ", ".join(each) or "none"
    return f"{wording().number(len(each))}, from {each[0]} to {each[-1]}"


def _text(name: str, text: str) -> str:
    if _DAY.fullmatch(text):
        return wording().day_year(date.fromisoformat(text))
    if name == "undone":
        return what_words(text)
    return _spaced(text) if name in NAMES_OF_CHOICES else text


def _spaced(name: str) -> str:
    return name.replace("_", " ").capitalize()
