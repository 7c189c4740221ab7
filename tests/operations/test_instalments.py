"""A pass in instalments: agreed to sentence by sentence, and what a failed payment is told in (M1)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.gateways.letter_tokens import LetterTokens
from portal.gateways.post import Sheet
from portal.models.bookings import Booking, PassSale
from portal.models.database import db, end_reading, transaction
from portal.models.instalment_pages import schedule_of
from portal.models.instalments import InstalmentStatus, SavedCard
from portal.models.letters import LetterKind
from portal.operations.auditing import customer_or_guest
from portal.operations.auto_payments import intend_charge
from portal.operations.checkout import Buyer, place_booking
from portal.operations.consents import ConsentNeeded, consents_asked
from portal.operations.letter_contents import printed_sheet
from portal.operations.letters import claim_due_letters
from portal.operations.quoting import quoted_basket
from portal.rules.facts import Reduces
from portal.rules.instalments import Rhythm
from tests.instalments import card_on_file, instalments_of, pass_of, sold_on_paper, statuses_of
from tests.soundness import assert_sound
from tests.studio import (
    NOW,
    APerson,
    a_basket,
    a_booking,
    a_business,
    a_code,
    a_customer,
    a_purchase_option,
)

ASKED = (
    "Riverside Studio may keep my card and charge it for the 10-class pass: 3 payments of £30.00,"
    " on 1 Jan 2027, 1 Feb 2027 and 1 Mar 2027."
)


def test_a_sale_in_instalments_asks_for_a_consent_that_names_amounts_and_days(app: Flask) -> None:
    ada, basket_id = _before_the_button()
    for given in ("", "yes", ASKED + " And more."):
        with pytest.raises(ConsentNeeded), transaction():
            _press(ada, basket_id, consent=given)
    assert db.session.scalars(select(Booking)).all() == []
    end_reading()
    with transaction():
        _press(ada, basket_id, consent=ASKED)
    sale = db.session.scalars(select(PassSale)).one()
    assert (sale.consent, sale.to_pay, sale.later, sale.instalments) == (ASKED, 3000, 9000, 4)
    end_reading()
    assert_sound()


def test_a_consent_of_yesterday_is_asked_for_anew(app: Flask) -> None:
    """The form lay open over midnight: the days are others by now."""
    ada, basket_id = _before_the_button()
    with pytest.raises(ConsentNeeded), transaction():
        _press(ada, basket_id, consent=ASKED, now=NOW + timedelta(days=1))


def test_a_pass_that_is_paid_at_once_asks_for_none(app: Flask) -> None:
    studio = a_business()
    ada = a_customer(studio)
    basket_id = a_basket(ada, a_purchase_option(studio))
    shown = quoted_basket(studio, basket_id=basket_id, customer_id=ada.id, now=NOW, person_key=ada.email)
    end_reading()
    assert consents_asked(studio, shown.quote, now=NOW) == {}


def test_each_pass_has_its_own_consent_and_the_card_has_all(app: Flask) -> None:
    studio = a_business()
    ada = a_customer(studio)
    monthly = a_purchase_option(studio, "Monthly", price=12000, instalments=4)
    weekly = a_purchase_option(studio, "Weekly", price=4000, instalments=2, rhythm=Rhythm.WEEKLY)
    a_booking(ada, monthly, weekly)
    consents = db.session.scalars(select(PassSale.consent).order_by(PassSale.id)).all()
    card = card_on_file(ada)
    assert card is not None
    assert card.consent == " ".join(consents)
    assert ["Monthly" in consents[0], "Weekly" in consents[1]] == [True, True]
    assert_sound()


def test_a_consent_too_long_for_the_card_points_at_the_booking(app: Flask) -> None:
    studio = a_business("A studio with a name that goes on and on " * 2)
    ada = a_customer(studio)
    passes = [a_purchase_option(studio, f"Pass {nth}", price=9000, instalments=3) for nth in range(4)]
    booking = a_booking(ada, *passes)
    card = card_on_file(ada)
    assert card is not None
    assert card.consent.startswith(f"The payments of booking {booking.reference}")
    assert_sound()


def test_a_remainder_comes_with_the_first_and_a_code_lowers_all_of_them(app: Flask) -> None:
    studio = a_business()
    ada = a_customer(studio)
    code = a_code(studio, "TENTH", percent=10, reduces=Reduces.PASSES)
    option = a_purchase_option(studio, price=10001, instalments=4)
    a_booking(ada, option, code=code.text)
    sale = db.session.scalars(select(PassSale)).one()
    assert (sale.list_price, sale.discount, sale.to_pay, sale.later) == (10001, 1000, 2251, 6750)
    end_reading()
    assert_sound()


def test_from_the_last_of_january_each_month_has_its_last_day(app: Flask) -> None:
    sold_on = datetime(2027, 1, 31, 12, tzinfo=UTC)
    studio = a_business(now=sold_on)
    ada = a_customer(studio, now=sold_on)
    option = a_purchase_option(studio, price=12000, instalments=4, now=sold_on)
    a_booking(ada, option, now=sold_on)
    own = pass_of(ada, option.id, option.name)
    assert [row.due_on for row in instalments_of(own)] == [
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    ]


def test_the_days_count_from_the_day_of_the_booking_in_the_studios_zone(app: Flask) -> None:
    late = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    sold = sold_on_paper(a_business(zone="Pacific/Auckland", now=late), now=late)
    assert instalments_of(sold.own)[0].due_on == date(2026, 12, 9)


def test_the_schedule_shows_what_is_paid_owed_and_to_come(app: Flask) -> None:
    sold = sold_on_paper(a_business())
    _fails_without_card(sold.ada, instalments_of(sold.own)[0].id, now=NOW + timedelta(days=7))
    schedule = schedule_of(sold.business.id, sold.own.id)
    end_reading()
    assert schedule is not None
    assert (schedule.first, schedule.count) == (3000, 4)
    assert (schedule.paid, schedule.outstanding, schedule.to_come) == (3000, 3000, 6000)
    assert [row.status for row in schedule.instalments] == [
        InstalmentStatus.FAILED,
        InstalmentStatus.SCHEDULED,
        InstalmentStatus.SCHEDULED,
    ]


def test_the_letter_about_a_failed_payment_says_why_what_next_and_where_to_pay(app: Flask) -> None:
    sold = sold_on_paper(a_business(host="riverside.example"))
    _fails_without_card(sold.ada, instalments_of(sold.own)[0].id, now=NOW + timedelta(days=7))
    assert statuses_of(sold.own) == "failed scheduled scheduled"
    sheet = _letter_of(LetterKind.AUTO_PAYMENT_FAILED, now=NOW + timedelta(days=7))
    assert sheet.subject == "We could not take £30.00 for your 10-class pass"
    for words in (
        "payment 2 of 4 for your 10-class pass, £30.00, did not go through on Tue 8 Dec.",
        "We have no card of yours on file.",
        "We will try again on Fri 11 Dec.",
        "https://riverside.example/account/balance",
    ):
        assert words in sheet.text
    assert "https://riverside.example/account/balance" in sheet.html


def _before_the_button() -> tuple[APerson, UUID]:
    studio = a_business()
    ada = a_customer(studio)
    return ada, a_basket(ada, a_purchase_option(studio, price=12000, instalments=4))


def _press(ada: APerson, basket_id: UUID, *, consent: str, now: datetime = NOW) -> None:
    buyer = Buyer(ada.id, ada.name, ada.email, consent=consent)
    shown = quoted_basket(
        ada.business, basket_id=basket_id, customer_id=ada.id, now=now, person_key=buyer.person_key
    )
    place_booking(
        ada.business,
        basket_id=basket_id,
        buyer=buyer,
        digest=shown.quote.digest,
        return_to=ada.business.public_address,
        actor=customer_or_guest(ada.id),
        now=now,
    )


def _fails_without_card(ada: APerson, instalment_id: UUID, *, now: datetime) -> None:
    with transaction():
        card = db.session.scalars(select(SavedCard).where(SavedCard.customer_id == ada.id)).one()
        card.replaced_at = now
    with transaction():
        assert intend_charge(ada.business, instalment_id, now=now) is None


def _letter_of(kind: LetterKind, *, now: datetime) -> Sheet:
    with transaction():
        due = [letter for letter in claim_due_letters(now=now, most=9) if letter.kind is kind]
    return printed_sheet(due[0], tokens=LetterTokens("a key"), now=now)
