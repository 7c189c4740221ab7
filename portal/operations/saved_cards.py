"""The card on file of a customer: one at a time, kept with the consent that was given for it (M1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select, update

from portal.gateways.stripe_objects import CheckoutSession, KeptCard
from portal.models.bookings import Booking, PassSale
from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.models.instalments import SavedCard
from portal.operations.account_ledger import lock_account

CONSENT_LENGTH = 500

_OF_CUSTOMER = (
    SavedCard.business_id == bindparam("business_id"),
    SavedCard.customer_id == bindparam("customer_id"),
    SavedCard.replaced_at.is_(None),
)

_CONSENTS = (
    select(PassSale.consent)
    .where(
        PassSale.business_id == bindparam("business_id"),
        PassSale.booking_id == bindparam("booking_id"),
        PassSale.later > 0,
    )
    .order_by(PassSale.id)
)

_LIVE = select(SavedCard).where(*_OF_CUSTOMER).execution_options(populate_existing=True)

_REPLACE = (
    update(SavedCard)
    .where(
        SavedCard.business_id == bindparam("of_business"),
        SavedCard.customer_id == bindparam("of_customer"),
        SavedCard.replaced_at.is_(None),
    )
    .values(replaced_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def live_card(business: BusinessFacts, customer_id: UUID) -> SavedCard | None:
    """The card on file; one that another Stripe account of the studio's kept cannot be charged (M7)."""
    keys = {"business_id": business.id, "customer_id": customer_id}
    card = db.session.scalars(_LIVE, keys).one_or_none()
    return card if card is not None and card.stripe_account == business.stripe_account else None


def keep_card(
    business_id: UUID,
    customer_id: UUID,
    card: KeptCard,
    *,
    stripe_account: str | None,
    consent: str,
    now: datetime,
) -> None:
    """Put a card on file in place of the one before, under the account's lock, the last of all. Idempotent.

    Attempts that were begun with the card before go on with it.
    """
    lock_account(business_id, customer_id)
    before = db.session.scalars(_LIVE, {"business_id": business_id, "customer_id": customer_id}).one_or_none()
    if before is not None and (before.stripe_account, before.payment_method) == (
        stripe_account,
        card.payment_method,
    ):
        return
    db.session.execute(_REPLACE, {"of_business": business_id, "of_customer": customer_id, "now": now})
    db.session.add(
        SavedCard(
            business_id=business_id,
            id=new_id(),
            customer_id=customer_id,
            stripe_account=stripe_account,
            stripe_customer=card.stripe_customer,
            payment_method=card.payment_method,
            brand=card.brand,
            last4=card.last4,
            exp_month=card.exp_month,
            exp_year=card.exp_year,
            consent=consent,
            saved_at=now,
        )
    )
    db.session.flush()


def forget_cards(business_id: UUID, stripe_customer: str, *, now: datetime) -> None:
    """Stripe has no such customer any more: their card is on file no longer, and the next is kept for a new
    one.
    """
    db.session.execute(
        update(SavedCard)
        .where(
            SavedCard.business_id == business_id,
            SavedCard.stripe_customer == stripe_customer,
            SavedCard.replaced_at.is_(None),
        )
        .values(replaced_at=now)
        .execution_options(synchronize_session=False)
    )


def keep_card_of_booking(
    booking: Booking, session: CheckoutSession, *, stripe_account: str | None, now: datetime
) -> None:
    """Put the card that paid the first instalments on file, with what was agreed to at check-out (M1)."""
    if not booking.later_total or booking.customer_id is None or session.card is None:
        return
    agreed = db.session.scalars(
        _CONSENTS, {"business_id": booking.business_id, "booking_id": booking.id}
    ).all()
    keep_card(
        booking.business_id,
        booking.customer_id,
        session.card,
        stripe_account=stripe_account,
        consent=_shortened(" ".join(agreed), booking.reference),
        now=now,
    )


def _shortened(consent: str, reference: str) -> str:
    """A consent that is too long to be repeated here points at the booking, whose passes have it whole."""
    if len(consent) <= CONSENT_LENGTH:
        return consent
    return f"The payments of booking {reference}, as they were agreed to for each of its passes."
