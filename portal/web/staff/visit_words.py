"""How a visit is paid, in the words of the schedule, and whether they came (S1, S3)."""

from portal.models.attendance import AttendanceStatus
from portal.models.attendees import Attendee
from portal.models.client_visits import Visit
from portal.rules.sentences import Money, Sentence

CAME = {AttendanceStatus.CHECKED_IN: "Yes", AttendanceStatus.NO_SHOW: "No"}
"""Whether they came, in a file; nothing where nobody said so."""


def paid_words(visit: Visit | Attendee, currency: str) -> Sentence:
    """Reads "Paid with 10-class pass", "FIVER, paid £7.00", "Paid £12.00", "Free", or what it waits for."""
    if visit.by_pass:
        text = "Waiting for its payment, with {pass_name}" if visit.is_pending else "Paid with {pass_name}"
        return Sentence(text, {"pass_name": visit.pass_name or ""})
    to_pay = Money(visit.to_pay, currency)
    if visit.is_pending and visit.to_pay:
        return Sentence("Waiting for {to_pay}", {"to_pay": to_pay})
    if not visit.list_price:
        return Sentence("Free")
    if visit.code:
        return Sentence("{code}, paid {to_pay}", {"code": visit.code, "to_pay": to_pay})
    return Sentence("Paid {to_pay}", {"to_pay": to_pay})
