"""Staff book for a client, or for a guest: the basket of a what-if, for real (S10, R6, M5)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.models.bookings import Booking
from portal.models.business import BusinessFacts
from portal.models.code_facts import code_row
from portal.models.database import db
from portal.models.people import Customer
from portal.models.staff_bookings import HowPaid, StaffBooking
from portal.operations.account_charges import NoSuchClient, StaffEntry, credit_account
from portal.operations.auditing import Actor, write_audit
from portal.operations.booked_lines import NoBasket, book_lines
from portal.operations.checkout import Buyer, PlacedBooking, lock_what_is_sold, new_booking
from portal.operations.confirming import confirm
from portal.operations.place_offers import take_offer
from portal.operations.reasons import LONGEST_REASON, ReasonTooLong, given_reason, staff_member_of
from portal.operations.what_if import Answer, Question, answer
from portal.rules.discounts import normalise_code
from portal.rules.facts import PassLine, TicketLine
from portal.rules.quote import Quote
from portal.rules.sentences import Money, Refusal, Sentence

AT_DESK = {
    HowPaid.CASH: Sentence("Paid at the desk in cash"),
    HowPaid.TERMINAL: Sentence("Paid at the desk by card"),
}


class NothingToBook(Refusal):
    """No line counts."""

    def __init__(self) -> None:
        super().__init__("There is nothing here that can be booked: add a class that has a place free.")


class AnotherQuote(Refusal):
    """What the page showed is no longer the quote: nothing is booked (R6)."""

    def __init__(self) -> None:
        super().__init__(
            "What this comes to has changed since you opened the page, so nothing was booked. Please look at"
            " it again."
        )


class HowPaidNeeded(Refusal):
    """There is money to pay, and nobody said how it is paid."""

    def __init__(self, amount: int, currency: str) -> None:
        super().__init__("Say how {amount} is paid.", amount=Money(amount, currency))


class GuestHasNoAccount(Refusal):
    """A guest has no account that money taken at the desk, or owed, could be written down on; nor a pass."""

    def __init__(self) -> None:
        super().__init__(
            "A guest has no account. Choose or add a client to sell a pass, to take money at the desk or to"
            " charge it."
        )


class InstalmentsNeedTheirCard(Refusal):
    """A pass in instalments begins with the card that the client keeps with us (M1)."""

    def __init__(self) -> None:
        super().__init__(
            "A pass in instalments cannot be booked here: the client buys it in the shop, where the card for"
            " the later payments is kept."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ForClient:
    """What staff book: ``id`` is the form's own, so that a second press of its button is the first again.

    ``buyer`` is the client, or a guest by name and address; ``digest`` names the quote that was shown, and
    ``how`` says how what is left to pay is paid. Whoever waives it says why in the ``note``.
    """

    id: UUID
    question: Question
    buyer: Buyer
    digest: str
    how: HowPaid | None = None
    note: str = ""


def book_for_client(
    business: BusinessFacts, wanted: ForClient, *, actor: Actor, now: datetime
) -> PlacedBooking:
    """Make the booking that the digest names (R6), confirmed at once; its letter goes to the client.

    Passes, code and account balance pay as quoted, decided again under the locks of classes, passes, code and
    account; what is left was taken at the desk, is charged to the client's account, or is waived. A place on
    offer to this very client is taken; nobody else's, and never more places than there are (0020). Raises
    NoSuchClient, NothingToBook, AnotherQuote, HowPaidNeeded, GuestHasNoAccount, InstalmentsNeedTheirCard,
    ReasonNeeded and ReasonTooLong. Sent twice, it is done once.
    """
    member_id = staff_member_of(actor)
    found = _answer_under_lock(business, wanted, now)
    again = _made_before(business.id, wanted.id)
    if again is not None:
        return again
    quote = found.quote
    _refuse_unless_bookable(quote, wanted)
    how = wanted.how if quote.to_pay else None
    note = _note(wanted.note, how)
    booking = new_booking(business, found.quoted, wanted.buyer, digest=quote.digest, now=now)
    act = StaffBooking(
        business_id=business.id,
        id=wanted.id,
        booking_id=booking.id,
        staff_member_id=member_id,
        at=now,
        how=how,
        amount=quote.to_pay,
        note=note,
    )
    _settle(business, booking, act, actor, now)
    db.session.add(booking)
    offered = _offers_taken(business.id, quote, wanted.buyer.customer_id, now)
    source = NoBasket(offered, on_credit=how is HowPaid.ACCOUNT)
    book_lines(booking, source, quote, person_key=wanted.buyer.person_key, consents={}, now=now)
    db.session.add(act)
    told = {"to_pay": act.amount, "digest": quote.digest} | ({"how_paid": how.value} if how else {})
    write_audit(actor, "booking.placed", booking, now=now, after=told, reason=note)
    confirm(business, booking, None, actor=actor, now=now)
    return PlacedBooking(booking.id, booking.reference, booking.secret, booking.status)


def _answer_under_lock(business: BusinessFacts, wanted: ForClient, now: datetime) -> Answer:
    """Lock the client, what is sold and what pays for it, and reckon once more; of two presses of the same
    button the second waits here for the first.
    """
    question = wanted.question
    if question.customer_id is not None:
        _lock_client(business.id, question.customer_id)
    code = code_row(business.id, code_key=normalise_code(question.code)) if question.code.strip() else None
    business = lock_what_is_sold(
        business,
        class_session_ids={asked.class_session_id for asked in question.tickets},
        customer_id=question.customer_id,
        code_id=code.id if code else None,
        sells_passes=bool(question.option_ids),
        now=now,
    )
    return answer(business, question, moment=now)


def _lock_client(business_id: UUID, customer_id: UUID) -> None:
    """Before all other locks. Rows that name the client may be added meanwhile (``key_share``): otherwise
    a check-out of theirs and this would wait for each other.
    """
    theirs = (Customer.business_id == business_id, Customer.id == customer_id)
    if db.session.scalar(select(Customer.id).where(*theirs).with_for_update(key_share=True)) is None:
        raise NoSuchClient


def _made_before(business_id: UUID, act_id: UUID) -> PlacedBooking | None:
    row = db.session.execute(
        select(Booking.id, Booking.reference, Booking.secret, Booking.status)
        .join(
            StaffBooking,
            (StaffBooking.business_id == Booking.business_id) & (StaffBooking.booking_id == Booking.id),
        )
        .where(StaffBooking.business_id == business_id, StaffBooking.id == act_id)
    ).first()
    return PlacedBooking(*row) if row is not None else None


def _refuse_unless_bookable(quote: Quote, wanted: ForClient) -> None:
    counting = [line for line in quote.lines if line.counts]
    if quote.digest != wanted.digest:
        raise AnotherQuote
    if not counting:
        raise NothingToBook
    if quote.later_total:
        raise InstalmentsNeedTheirCard
    sells_pass = any(isinstance(line.line, PassLine) for line in counting)
    takes_money = quote.to_pay and wanted.how not in {None, HowPaid.WAIVED}
    if wanted.buyer.customer_id is None and (sells_pass or takes_money):
        raise GuestHasNoAccount
    if quote.to_pay and wanted.how is None:
        raise HowPaidNeeded(quote.to_pay, quote.currency)


def _note(text: str, how: HowPaid | None) -> str:
    """What staff wrote; where money is waived, the reason for it. Raises ReasonNeeded or ReasonTooLong."""
    if how is HowPaid.WAIVED:
        return given_reason(text)
    if len(text.strip()) > LONGEST_REASON:
        raise ReasonTooLong
    return text.strip()


def _settle(
    business: BusinessFacts, booking: Booking, act: StaffBooking, actor: Actor, now: datetime
) -> None:
    """Let what is left to pay be paid by the account, or by nobody. Money taken at the desk is on the account
    first, under the act's own id.
    """
    if act.how is None:
        return
    booking.to_pay = 0
    if act.how is HowPaid.WAIVED:
        booking.waived += act.amount
        return
    booking.balance_used += act.amount
    if act.how.at_desk and booking.customer_id is not None:
        told = str(AT_DESK[act.how]) + (f": {act.note}" if act.note else "")
        credit = StaffEntry(
            id=act.id, customer_id=booking.customer_id, amount=act.amount, reason=told[:LONGEST_REASON]
        )
        credit_account(business, credit, actor=actor, now=now)


def _offers_taken(business_id: UUID, quote: Quote, customer_id: UUID | None, now: datetime) -> list[UUID]:
    """Take the places on offer to the client, one of each class: they count as taken already (0020)."""
    if customer_id is None:
        return []
    classes = {
        line.line.class_session_id
        for line in quote.lines
        if line.counts and isinstance(line.line, TicketLine)
    }
    return [it for it in sorted(classes) if take_offer(business_id, it, customer_id, now=now)]
