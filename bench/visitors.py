"""Customers who are signed in already, with a pass or two, and with what they have put aside."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from bench.timetable import Timetable
from portal.models.business import BusinessFacts
from portal.models.database import db, new_id
from portal.models.people import SignIn
from portal.operations.auditing import SYSTEM, customer_or_guest
from portal.operations.basket_codes import apply_discount_code
from portal.operations.basket_lines import add_pass, add_ticket, open_basket
from portal.operations.checkout import Buyer, place_booking
from portal.operations.pass_shop import issue_pass
from portal.operations.people import NewPerson, add_customer
from portal.operations.quoting import quoted_basket

DAYS_SIGNED_IN = 30


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser and what it is about to do. ``cookie`` and ``token`` are what a form needs; a guest has none.

    ``class_session_id`` and ``ticket_type_id`` are what it looks at and adds; ``digest`` names the quote of
    its basket, as the review page would.
    """

    cookie: str
    token: str
    class_session_id: UUID
    ticket_type_id: UUID
    code: str
    digest: str = ""

    @property
    def address(self) -> str:
        """The page of the class."""
        return f"/classes/{self.class_session_id}"


class Crowd:
    """Makes visitors of one studio, outside of any application context; its methods write into the caller's
    transaction.
    """

    def __init__(self, portal: Flask, timetable: Timetable, now: datetime) -> None:
        self._signer = Signer(portal)
        self._timetable = timetable
        self._now = now
        self._made = 0

    @property
    def _business(self) -> BusinessFacts:
        return self._timetable.business

    def guest(self) -> Visitor:
        """Somebody who comes for the first time."""
        return self._visitor("", "")

    def with_nothing(self) -> Visitor:
        """Signed in, with an unstarted 10-class pass and an empty basket."""
        return self._signed_in()[0]

    def with_full_basket(self) -> Visitor:
        """Signed in, with two passes of their own, one of them in use, and a basket of three tickets, two
        passes and a code: something is to pay.
        """
        visitor, buyer = self._signed_in()
        self._issue(buyer, self._timetable.five_classes_id)
        self._book(buyer, ahead=2)
        yoga, pilates, barre = self._timetable.series[:3]
        basket_id = self._basket(
            buyer,
            ((yoga.class_session_ids[3], yoga.adult_id), (pilates.class_session_ids[3], pilates.adult_id)),
        )
        self._add(basket_id, barre.class_session_ids[4], barre.adult_id)
        for option_id in (self._timetable.ten_classes_id, self._timetable.five_classes_id):
            add_pass(self._business, basket_id=basket_id, purchase_option_id=option_id, now=self._now)
        apply_discount_code(
            self._business,
            basket_id=basket_id,
            customer_id=buyer.customer_id,
            person_key=buyer.person_key,
            text=self._timetable.code,
            now=self._now,
        )
        return visitor

    def with_ticket_on_pass(self) -> Visitor:
        """Signed in, with a ticket in the basket that their own pass pays for: nothing is to pay."""
        visitor, buyer = self._signed_in()
        return self._with_ticket(visitor, buyer)

    def with_ticket_to_pay(self) -> Visitor:
        """Signed in without a pass, with a ticket in the basket."""
        visitor, buyer = self._signed_in(has_pass=False)
        return self._with_ticket(visitor, buyer)

    def without_pass(self) -> Visitor:
        """Signed in, with nothing at all."""
        return self._signed_in(has_pass=False)[0]

    def _with_ticket(self, visitor: Visitor, buyer: Buyer) -> Visitor:
        basket_id = self._basket(buyer, ((visitor.class_session_id, visitor.ticket_type_id),))
        return replace(visitor, digest=self._digest(buyer, basket_id))

    def _visitor(self, cookie: str, token: str) -> Visitor:
        """Visitors look at different classes, as people do; all of them lie within one pass's validity."""
        self._made += 1
        series = self._timetable.series[self._made % len(self._timetable.series)]
        ahead = 5 + self._made // len(self._timetable.series) % 20
        return Visitor(cookie, token, series.class_session_ids[ahead], series.adult_id, self._timetable.code)

    def _signed_in(self, *, has_pass: bool = True) -> tuple[Visitor, Buyer]:
        name, email = "Vera Visitor", f"{new_id()}@example.com"
        customer_id = add_customer(
            self._business,
            NewPerson(name=name, email=email),
            email_confirmed=True,
            actor=SYSTEM,
            now=self._now,
        )
        buyer = Buyer(customer_id, name, email)
        if has_pass:
            self._issue(buyer, self._timetable.ten_classes_id)
        return self._visitor(self._signed_in_as(customer_id), self._signer.token), buyer

    def _signed_in_as(self, customer_id: UUID) -> str:
        sign_in = SignIn(
            business_id=self._business.id,
            id=new_id(),
            customer_id=customer_id,
            started_at=self._now,
            lasts_until=self._now + timedelta(days=DAYS_SIGNED_IN),
        )
        db.session.add(sign_in)
        db.session.flush()
        return self._signer.cookie(business=str(self._business.id), customer_sign_in=str(sign_in.id))

    def _issue(self, buyer: Buyer, option_id: UUID) -> None:
        issue_pass(
            self._business,
            customer_id=cast("UUID", buyer.customer_id),
            purchase_option_id=option_id,
            actor=SYSTEM,
            now=self._now,
            reason="Given by the studio",
        )

    def _basket(self, buyer: Buyer, tickets: Sequence[tuple[UUID, UUID]]) -> UUID:
        basket_id = open_basket(self._business, customer_id=buyer.customer_id, basket_id=None, now=self._now)
        for class_session_id, ticket_type_id in tickets:
            self._add(basket_id, class_session_id, ticket_type_id)
        return basket_id

    def _add(self, basket_id: UUID, class_session_id: UUID, ticket_type_id: UUID) -> None:
        add_ticket(
            self._business,
            basket_id=basket_id,
            class_session_id=class_session_id,
            ticket_type_id=ticket_type_id,
            now=self._now,
        )

    def _book(self, buyer: Buyer, *, ahead: int) -> None:
        """A booking on their pass, so that it is in use."""
        drawing = self._timetable.series[4]
        basket_id = self._basket(buyer, ((drawing.class_session_ids[ahead], drawing.adult_id),))
        place_booking(
            self._business,
            basket_id=basket_id,
            buyer=buyer,
            digest=self._digest(buyer, basket_id),
            return_to=self._business.public_address,
            actor=customer_or_guest(buyer.customer_id),
            now=self._now,
        )

    def _digest(self, buyer: Buyer, basket_id: UUID) -> str:
        shown = quoted_basket(
            self._business,
            basket_id=basket_id,
            customer_id=buyer.customer_id,
            now=self._now,
            person_key=buyer.person_key,
        )
        return shown.quote.digest


class Signer:
    """Signs cookies as a portal does; all of them have the same proof of form (CSRF) in them."""

    def __init__(self, portal: Flask) -> None:
        with portal.test_request_context():
            self.token = str(generate_csrf())
            self._proof = dict(session)
        self._name = portal.config["SESSION_COOKIE_NAME"]
        self._serializer: Any = SecureCookieSessionInterface().get_signing_serializer(portal)

    def cookie(self, **kept: str) -> str:
        """The cookie of a session that keeps this."""
        return f"{self._name}={self._serializer.dumps(self._proof | kept)}"


def staff_cookie(signer: Signer, business_id: UUID, staff_member_id: UUID, *, now: datetime) -> str:
    """The cookie of a member of staff who is signed in; the row is written into the caller's transaction."""
    sign_in = SignIn(
        business_id=business_id,
        id=new_id(),
        staff_member_id=staff_member_id,
        started_at=now,
        lasts_until=now + timedelta(days=DAYS_SIGNED_IN),
    )
    db.session.add(sign_in)
    db.session.flush()
    return signer.cookie(business=str(business_id), staff_sign_in=str(sign_in.id))
