"""What tests put into baskets and book, by the operations behind the pages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.models.bookings import BookingStatus
from portal.models.business import BusinessFacts
from portal.models.database import transaction
from portal.models.people import email_key
from portal.operations.auditing import customer_or_guest
from portal.operations.basket_codes import apply_discount_code
from portal.operations.basket_lines import add_pass, add_ticket, open_basket
from portal.operations.checkout import Buyer, place_booking
from portal.operations.quoting import quoted_basket
from tests.studio import NOW, AClass, ACode, APerson, APurchaseOption


@dataclass(frozen=True, slots=True)
class ABooking:
    """A booking as its buyer knows it."""

    business: BusinessFacts
    id: UUID
    reference: str
    secret: str
    is_confirmed: bool


def a_basket_of(
    business: BusinessFacts,
    *wants: AClass | APurchaseOption,
    by: APerson | None = None,
    code: ACode | None = None,
    now: datetime = NOW,
) -> UUID:
    """A customer's basket, or a guest's, with a ticket or a pass for each want; its id."""
    customer_id = by.id if by else None
    with transaction():
        basket_id = open_basket(business, customer_id=customer_id, basket_id=None, now=now)
        for want in wants:
            _put(business, basket_id, want, now)
        if code is not None:
            apply_discount_code(
                business,
                basket_id=basket_id,
                customer_id=customer_id,
                person_key=email_key(by.email) if by else None,
                text=code.text,
                now=now,
            )
    return basket_id


def a_booking(
    business: BusinessFacts,
    *wants: AClass | APurchaseOption,
    by: APerson | None = None,
    email: str = "guest@example.com",
    code: ACode | None = None,
    now: datetime = NOW,
) -> ABooking:
    """A booking of that basket: confirmed where nothing is to pay, else waiting for its money."""
    basket_id = a_basket_of(business, *wants, by=by, code=code, now=now)
    buyer = Buyer(by.id, by.name, by.email) if by else Buyer(None, "Gus Guest", email)
    with transaction():
        quoted = quoted_basket(
            business,
            basket_id=basket_id,
            customer_id=buyer.customer_id,
            person_key=buyer.person_key,
            now=now,
        )
        placed = place_booking(
            business,
            basket_id=basket_id,
            buyer=buyer,
            digest=quoted.quote.digest,
            return_to=business.public_address,
            actor=customer_or_guest(buyer.customer_id),
            now=now,
        )
    confirmed = placed.status is BookingStatus.CONFIRMED
    return ABooking(business, placed.id, placed.reference, placed.secret, confirmed)


def _put(business: BusinessFacts, basket_id: UUID, want: AClass | APurchaseOption, now: datetime) -> None:
    if isinstance(want, AClass):
        add_ticket(
            business,
            basket_id=basket_id,
            class_session_id=want.id,
            ticket_type_id=want.ticket_type_id,
            now=now,
        )
    else:
        add_pass(business, basket_id=basket_id, purchase_option_id=want.id, now=now)
