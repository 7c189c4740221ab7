"""A pass's uses and instalments in the words of staff's page about it (P8, M1)."""

from datetime import date

from portal.models.class_passes import UseKind
from portal.models.instalment_pages import ShownAttempt, ShownInstalment
from portal.models.instalments import AttemptStatus, InstalmentStatus
from portal.models.pass_uses import UseEntry
from portal.rules.declines import decline_words
from portal.rules.sentences import Sentence, Value

USES = {
    UseKind.BOUGHT: "Bought",
    UseKind.ISSUED: "Issued",
    UseKind.BOOKED: "Booked",
    UseKind.ADJUSTED: "Adjusted",
    UseKind.RETURNED: "Returned",
    UseKind.MOVED: "Moved along",
}

ENDS = {
    InstalmentStatus.PAID: "Paid {day}",
    InstalmentStatus.CHARGED: "Charged to the account {day}",
    InstalmentStatus.NOT_COLLECTED: "Not collected, by decision of {day}",
    InstalmentStatus.SKIPPED: "Not charged: its day passed while the pass could not be used",
}


def use_words(entry: UseEntry) -> Sentence:
    """Reads "Booked: Morning Yoga, Thu 3 Dec, 09:30", "Adjusted by Olive Owen: Our fault"."""
    text = USES.get(entry.kind, entry.kind.value.capitalize())
    values: dict[str, Value] = {}
    if entry.staff:
        text, values = text + " by {staff}", {"staff": entry.staff}
    if entry.class_name is not None and entry.on_date is not None and entry.starts_at is not None:
        text += ": {class_name}, {day:weekday}, {at}"
        values |= {"class_name": entry.class_name, "day": entry.on_date, "at": entry.starts_at}
    elif entry.reason:
        text, values = text + ": {reason}", {**values, "reason": entry.reason}
    return Sentence(text, values)


def instalment_words(shown: ShownInstalment, settled_on: date | None, *, stopped: bool) -> Sentence:
    """How an instalment stands: "Will be charged 12 Dec", "Failed; the next try is 15 Dec", "Paid 12 Dec".

    ``stopped`` says that its pass is deactivated or withdrawn: nothing is tried (S4).
    """
    if shown.is_being_tried:
        return Sentence("Being charged now")
    if settled_on is not None:
        return Sentence(ENDS[shown.status], {"day": settled_on})
    if stopped:
        failed = shown.status is InstalmentStatus.FAILED
        text = (
            "Failed; not tried while the pass is stopped"
            if failed
            else "Not charged while the pass is stopped"
        )
        return Sentence(text)
    if shown.try_on is None:
        return Sentence("Failed; it is not tried again")
    text = (
        "Failed; the next try is {day}"
        if shown.status is InstalmentStatus.FAILED
        else "Will be charged {day}"
    )
    return Sentence(text, {"day": shown.try_on})


def attempt_words(attempt: ShownAttempt) -> Sentence:
    """Reads "Visa ending in 4242: There was not enough money on the card's account."."""
    card: dict[str, Value] = {"brand": attempt.brand.capitalize(), "last4": attempt.last4}
    if attempt.decline_code is not None:
        why = decline_words(attempt.decline_code).staff
        return Sentence("{brand} ending in {last4}: " + why.text, {**card, **why.values})
    end = {
        AttemptStatus.PENDING: "the bank has not answered yet",
        AttemptStatus.SUCCEEDED: "paid",
        AttemptStatus.CLOSED: "never reached the bank",
    }.get(attempt.status, "declined")
    return Sentence("{brand} ending in {last4}: " + end, card)
