"""A pass sold in instalments, as it comes into being: agreed to, paid on Stripe's page, its card kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from portal.exchanges.checkout_sessions import settle_session
from portal.gateways.stripe_objects import CardCharge
from portal.models.business import BusinessFacts
from portal.models.class_passes import ClassPass
from portal.models.database import db, end_reading, transaction
from portal.models.instalments import Instalment, InstalmentAttempt, SavedCard
from portal.models.letters import Letter, LetterKind
from portal.models.payments import Payment
from portal.operations.auto_payments import intend_charge, record_charge
from portal.operations.charge_attempts import ChargeAttempt
from portal.operations.deactivating import deactivate_pass
from portal.rules.instalments import Rhythm
from tests.accounts import staff_actor
from tests.studio import (
    NOW,
    ABooking,
    APass,
    APerson,
    a_basket,
    a_booking,
    a_customer,
    a_purchase_option,
    a_staff_member,
    check_out,
)
from tests.till import Till

PRICE = 12000
COUNT = 4
EACH = 3000
TAKES_EVERYTHING = "4242424242424242"
DECLINES_LATER = "4000000000000341"
WANTS_ITS_HOLDER = "4000002760003184"


@dataclass(frozen=True, slots=True)
class SoldInParts:
    """A pass of £120.00, paid in four parts a week apart; the first is paid."""

    ada: APerson
    own: APass
    booking: ABooking

    @property
    def business(self) -> BusinessFacts:
        """The studio that sold it."""
        return self.ada.business


def sold_in_parts(
    till: Till,
    studio: BusinessFacts,
    *,
    to: APerson | None = None,
    card: str = TAKES_EVERYTHING,
    count: int = COUNT,
    price: int = PRICE,
    rhythm: Rhythm = Rhythm.WEEKLY,
) -> SoldInParts:
    """Somebody buys a pass in instalments at a till, and Stripe tells of the first."""
    now = till.clock.now()
    ada = to or a_customer(studio, now=now)
    option = a_purchase_option(studio, price=price, instalments=count, rhythm=rhythm, now=now)
    booking = check_out(ada, a_basket(ada, option, now=now), now=now)
    url = till.page_for(booking)
    outcome = till.stand_in.pay(url, card, authenticate=True)["outcome"]
    assert outcome == "paid", outcome
    settle_session(url.rsplit("/", 1)[-1], studio.stripe_account, stripe=till.stripe, now=now)
    return SoldInParts(ada, pass_of(ada, option.id, option.name), booking)


def sold_on_paper(
    studio: BusinessFacts, *, count: int = COUNT, price: int = PRICE, now: datetime = NOW
) -> SoldInParts:
    """The same without a till: Stripe's word is made up, and so is the card that it kept."""
    ada = a_customer(studio, now=now)
    option = a_purchase_option(studio, price=price, instalments=count, rhythm=Rhythm.WEEKLY, now=now)
    booking = a_booking(ada, option, now=now)
    return SoldInParts(ada, pass_of(ada, option.id, option.name), booking)


def auto_payment_on_paper(
    sold: SoldInParts, *, nth: int = 2, declined: str | None = None, now: datetime
) -> CardCharge:
    """An instalment is charged as its worker would, and Stripe's word is made up: taken, or declined."""
    due = next(row for row in instalments_of(sold.own) if row.nth == nth)
    with transaction():
        attempt = intend_charge(sold.business, due.id, now=now)
    assert attempt is not None, "not due"
    told = charge_on_paper(attempt, declined=declined)
    with transaction():
        record_charge(sold.business, attempt, told, stripe_account=attempt.stripe_account, now=now)
    return told


def charge_on_paper(attempt: ChargeAttempt, *, declined: str | None = None) -> CardCharge:
    """What Stripe would tell of an attempt's payment."""
    return CardCharge(
        id=f"pi_{attempt.id.hex}",
        status="requires_payment_method" if declined else "succeeded",
        amount=attempt.amount,
        currency=attempt.currency,
        decline_code=declined,
        attempt_id=attempt.id,
        business_id=attempt.business_id,
    )


def pass_of(customer: APerson, option_id: UUID, name: str) -> APass:
    """The customer's own pass of a purchase option."""
    pass_id = db.session.scalars(
        select(ClassPass.id).where(
            ClassPass.customer_id == customer.id, ClassPass.purchase_option_id == option_id
        )
    ).one()
    end_reading()
    return APass(customer.business, pass_id, customer.id, option_id, name)


def card_turns_into(till: Till, sold: SoldInParts, card: str) -> None:
    """From now on the customer's card at Stripe behaves like another test card."""
    method = card_on_file(sold.ada)
    assert method is not None
    books = till.stand_in.inside.store.books(sold.business.stripe_account)
    books.unseen[method.payment_method]["number"] = card


def deactivate(sold: SoldInParts, *, charges_balance: bool | None, now: datetime) -> None:
    """Staff withdraw the pass."""
    olive = a_staff_member(sold.business, now=now)
    with transaction():
        deactivate_pass(
            sold.business,
            pass_id=sold.own.id,
            reason="Moved away",
            charges_balance=charges_balance,
            actor=staff_actor(olive),
            now=now,
        )


def instalments_of(own: APass) -> list[Instalment]:
    """A pass's instalments in order."""
    rows = db.session.scalars(
        select(Instalment).where(Instalment.class_pass_id == own.id).order_by(Instalment.nth)
    ).all()
    end_reading()
    return list(rows)


def statuses_of(own: APass) -> str:
    """How a pass's instalments stand, in order: "paid failed scheduled"."""
    return " ".join(row.status.value for row in instalments_of(own))


def tries_of(own: APass) -> list[date | None]:
    """When each instalment is tried next."""
    return [row.try_on for row in instalments_of(own)]


def attempts_of(own: APass) -> list[InstalmentAttempt]:
    """Every attempt to charge one of a pass's instalments, the oldest first."""
    rows = db.session.scalars(
        select(InstalmentAttempt)
        .join(Instalment, Instalment.id == InstalmentAttempt.instalment_id)
        .where(Instalment.class_pass_id == own.id)
        .order_by(InstalmentAttempt.id)
    ).all()
    end_reading()
    return list(rows)


def card_on_file(customer: APerson) -> SavedCard | None:
    """A customer's live card."""
    card = db.session.scalars(
        select(SavedCard).where(SavedCard.customer_id == customer.id, SavedCard.replaced_at.is_(None))
    ).one_or_none()
    end_reading()
    return card


def letters_about_failures() -> Sequence[Letter]:
    """The letters that tell of a failed auto-payment, the oldest first."""
    rows = db.session.scalars(
        select(Letter).where(Letter.kind == LetterKind.AUTO_PAYMENT_FAILED).order_by(Letter.id)
    ).all()
    end_reading()
    return rows


def instalment_payments() -> list[int]:
    """What came for instalments, in minor units."""
    amounts = db.session.scalars(select(Payment.amount).where(Payment.instalment_attempt_id.is_not(None)))
    found = list(amounts)
    end_reading()
    return found
