"""Each kind of letter as it would read, with example facts: for staff to look at before anybody gets one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from portal.gateways.letterpress import Printed, print_letter
from portal.gateways.wording import wording_of
from portal.models.account_balance import OutstandingPass
from portal.models.booking_letters import ToldBooking, ToldSale, ToldTicket
from portal.models.business import BusinessFacts
from portal.models.instalment_pages import ToldInstalment
from portal.models.letters import LetterKind
from portal.models.offer_letters import ToldOffer
from portal.models.people import LinkPurpose
from portal.models.told_classes import ToldClass
from portal.models.visits_to_remind import RemindedVisit
from portal.operations.letter_contents import public_address
from portal.operations.mailed_links import LASTS
from portal.rules.declines import decline_words
from portal.rules.preferences import Preferences
from portal.rules.roles import ROLE_NAMES, Role
from portal.rules.sentences import Count, Sentence

NAME, EMAIL = "Ada Park", "ada.park@example.com"
CLASS, TICKET, PASS = "Morning Yoga", "Adult", "10-class pass"
TEACHER, PLACE = "Maya Lindqvist", "River Room"
REFERENCE = "H7K2M9QA"
PRICE, PASS_PRICE = 1200, 9600
NOBODY = UUID(int=0)

Facts = Callable[[BusinessFacts, datetime], dict[str, Any]]


def example_letter(kind: LetterKind, business: BusinessFacts, *, now: datetime) -> Printed:
    """A letter of a kind from this business to somebody made up, printed as a real one is."""
    return print_letter(
        kind.value,
        business=business,
        wording=wording_of(locale=business.locale, zone=business.zone, currency=business.currency, now=now),
        address=public_address(business),
        name=NAME,
        email=EMAIL,
        choices=f"{public_address(business)}/letters/example",
        **_EXAMPLES[kind](business, now),
    )


def _tomorrow(business: BusinessFacts, now: datetime, *, hours: int = 0) -> datetime:
    day = business.day_of(now) + timedelta(days=1)
    return datetime.combine(day, time(9, 30), business.zone_info) + timedelta(hours=hours)


def _ticket(business: BusinessFacts, now: datetime) -> ToldTicket:
    starts_at = _tomorrow(business, now)
    return ToldTicket(
        id=NOBODY,
        class_session_id=NOBODY,
        class_name=CLASS,
        ticket_name=TICKET,
        on_date=starts_at.date(),
        starts_at=starts_at,
        ends_at=_tomorrow(business, now, hours=1),
        teacher=TEACHER,
        place=PLACE,
        list_price=PRICE,
        discount=0,
        to_pay=0,
        pass_name=PASS,
    )


def _sale(business: BusinessFacts) -> ToldSale:
    return ToldSale(
        name=PASS,
        list_price=PASS_PRICE,
        discount=0,
        to_pay=PASS_PRICE,
        later=0,
        instalments=None,
        rhythm=None,
        currency=business.currency,
    )


def _booking(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    """A ticket that is paid with the pass bought along with it."""
    booking = ToldBooking(
        reference=REFERENCE,
        secret="example",  # noqa: S106  nobody's
        is_guests=False,
        discount_code=None,
        list_total=PRICE + PASS_PRICE,
        discount_total=0,
        pass_total=PRICE,
        later_total=0,
        balance_used=0,
        waived=0,
        to_pay=PASS_PRICE,
        paid=PASS_PRICE,
        refunded=0,
        tickets=(_ticket(business, now),),
        sales=(_sale(business),),
    )
    path = f"/bookings/{REFERENCE}"
    return {"booking": booking, "booking_path": path, "calendar_path": f"{path}.ics"}


def _refund(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    return _booking(business, now) | {"paid_twice": False, "of_move": 0}


def _cancellation(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    told = _booking(business, now)
    sentence = Sentence("One use goes back to your {name}.", {"name": PASS})
    return told | {
        "tickets": list(told["booking"].tickets),
        "by_studio": False,
        "sentences": [sentence],
        "to_card": False,
    }


def _class(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    told = _booking(business, now)
    (ticket,) = told["booking"].tickets
    longer = Sentence("Your {name} is {days} longer.", {"name": PASS, "days": Count(7, "day", "days")})
    return told | {
        "it": ToldClass(
            CLASS, ticket.on_date, ticket.starts_at, ticket.ends_at, ticket.teacher, ticket.place
        ),
        "reason": "Maya is ill, and nobody could take over. We are sorry.",
        "tickets": 1,
        "sentences": [Sentence("One use goes back to your {name}.", {"name": PASS}), longer],
        "to_card": 0,
    }


def _sent_refund(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    return _booking(business, now) | {"amount": PRICE, "what_for": None}


def _transfer(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    told, ticket = _booking(business, now), _ticket(business, now)
    week = timedelta(days=7)
    later = replace(
        ticket,
        on_date=ticket.on_date + week,
        starts_at=ticket.starts_at + week,
        ends_at=ticket.ends_at + week,
    )
    sentence = Sentence("The same use of your {name} pays for it: no other is taken.", {"name": PASS})
    return told | {
        "left": ticket,
        "moved_to": later,
        "by_studio": False,
        "sentences": [sentence],
        "to_card": False,
    }


def _failed_payment(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    today = business.day_of(now)
    return {
        "instalment": ToldInstalment(PASS, nth=2, count=4, amount=3000, brand="visa", last4="4242"),
        "why": decline_words("insufficient_funds").customer,
        "failed_on": today,
        "next_try_on": today + timedelta(days=3),
    }


def _reminder(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    ticket = _ticket(business, now)
    visit = RemindedVisit(
        class_name=ticket.class_name,
        ticket_name=ticket.ticket_name,
        places=1,
        on_date=ticket.on_date,
        starts_at=ticket.starts_at,
        ends_at=ticket.ends_at,
        teacher=ticket.teacher,
        place=ticket.place,
        pass_name=PASS,
        reference=REFERENCE,
        secret="example",  # noqa: S106  nobody's
        is_guests=False,
    )
    return {"day": ticket.on_date, "visits": [visit]}


def _nearly_used_up(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    ends = Sentence("Expires {day:year}", {"day": business.day_of(now) + timedelta(days=20)})
    return _pass(2) | {"validity": ends}


def _nearly_over(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    return _pass(4) | {"last_day": business.day_of(now) + timedelta(days=7)}


def _pass(uses_left: int) -> dict[str, Any]:
    return {"pass_name": PASS, "uses_left": uses_left, "pass_path": "/account/passes"}


def _balance(_business: BusinessFacts, _now: datetime) -> dict[str, Any]:
    outstanding: tuple[OutstandingPass, ...] = ()
    return {"owed": 3000, "outstanding": outstanding, "total": 3000}


def _offer(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    ticket = _ticket(business, now)
    offer = ToldOffer(
        class_session_id=ticket.class_session_id,
        class_name=ticket.class_name,
        on_date=ticket.on_date,
        starts_at=ticket.starts_at,
        ends_at=ticket.ends_at,
        teacher=ticket.teacher,
        place=ticket.place,
        until=Preferences().offer_until(now, ticket.starts_at),
    )
    return {"offer": offer}


def _link(purpose: LinkPurpose) -> Facts:
    def facts(_business: BusinessFacts, now: datetime) -> dict[str, Any]:
        return {"token": "example", "works_until": now + LASTS[purpose], "invited": False}

    return facts


def _invitation(business: BusinessFacts, now: datetime) -> dict[str, Any]:
    told = {"role_name": ROLE_NAMES[Role.FRONT_DESK], "by": business.name}
    return _link(LinkPurpose.STAFF_INVITATION)(business, now) | told


def _nothing_else(_business: BusinessFacts, _now: datetime) -> dict[str, Any]:
    return {}


_EXAMPLES: dict[LetterKind, Facts] = {
    LetterKind.BOOKING_CONFIRMED: _booking,
    LetterKind.BOOKING_REFUNDED: _refund,
    LetterKind.CONFIRM_EMAIL: _link(LinkPurpose.CONFIRM_EMAIL),
    LetterKind.ALREADY_REGISTERED: _nothing_else,
    LetterKind.RESET_PASSWORD: _link(LinkPurpose.RESET_PASSWORD),
    LetterKind.NO_ACCOUNT: _nothing_else,
    LetterKind.AUTO_PAYMENT_FAILED: _failed_payment,
    LetterKind.TICKET_CANCELLED: _cancellation,
    LetterKind.CLASS_CANCELLED: _class,
    LetterKind.REFUND_SENT: _sent_refund,
    LetterKind.TICKET_MOVED: _transfer,
    LetterKind.REMINDER: _reminder,
    LetterKind.PASS_NEARLY_USED_UP: _nearly_used_up,
    LetterKind.PASS_NEARLY_OVER: _nearly_over,
    LetterKind.BALANCE_DUE: _balance,
    LetterKind.PLACE_OFFERED: _offer,
    LetterKind.STAFF_INVITATION: _invitation,
    LetterKind.TWO_FACTOR_RESET: _nothing_else,
}
