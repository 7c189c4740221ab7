"""What-if: the quote of a basket that nobody has; asking touches nothing (S10)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from uuid import UUID

import pytest

from portal.models.business import BusinessFacts
from portal.models.database import end_reading, new_id
from portal.models.people import email_key
from portal.operations.quoting import quoted_basket
from portal.operations.what_if import Answer, AskedTicket, DayTooFar, Question, answer, moment_of
from portal.rules.quote import MoneyPays, PassPays, Quote, Standing
from tests.accounts import in_favour
from tests.desk import a_desk
from tests.studio import (
    NOW,
    AClass,
    APerson,
    APurchaseOption,
    a_basket,
    a_booking,
    a_business,
    a_class,
    a_code,
    a_customer,
    a_pass_of,
    a_purchase_option,
)
from tests.tables import all_tables
from tests.waiting import a_queue, line_removed

pytestmark = pytest.mark.usefixtures("app")

FIRST = date(2026, 12, 10)


def asked(of: BusinessFacts | APerson, *wants: AClass | APurchaseOption, code: str = "") -> Question:
    person = of if isinstance(of, APerson) else None
    return Question(
        customer_id=person.id if person else None,
        person_key=email_key(person.email) if person else None,
        tickets=tuple(AskedTicket(it.id, it.ticket_type_id) for it in wants if isinstance(it, AClass)),
        option_ids=tuple(it.id for it in wants if isinstance(it, APurchaseOption)),
        code=code,
    )


def what_if(
    of: BusinessFacts | APerson, *wants: AClass | APurchaseOption, code: str = "", on: date | None = None
) -> Answer:
    business = of.business if isinstance(of, APerson) else of
    found = answer(business, asked(of, *wants, code=code), moment=moment_of(business, on, now=NOW))
    end_reading()
    return found


def told(quote: Quote) -> list[tuple[object, ...]]:
    """What each line of a quote says, without the ids that lines have in a basket."""
    return [
        (
            type(line.pays),
            line.pays.pass_name if isinstance(line.pays, PassPays) else None,
            line.list_price,
            line.discount,
            line.to_pay,
            tuple(str(why.sentence) for why in line.why_not),
            line.counts,
        )
        for line in quote.lines
    ]


@pytest.mark.parametrize("code", ["", "SPRING20"])
def test_a_what_if_says_what_the_basket_would(code: str) -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada, uses=1, name="One class")
    in_favour(ada, 500)
    yoga, pottery = a_class(studio), a_class(studio, name="Pottery", on=FIRST + timedelta(days=40))
    a_pass_of(ada, covers=pottery, days=5, name="Pottery pass")
    five = a_purchase_option(studio, "5-class pass", uses=5, price=5500)
    a_code(studio, covers=yoga)
    wants = (yoga, pottery, a_class(studio, name="Dance"), five)
    asked_for = what_if(ada, *wants, code=code)
    basket_id = a_basket(ada, *wants, code=code or None)
    in_basket = quoted_basket(
        studio, basket_id=basket_id, customer_id=ada.id, now=NOW, person_key=email_key(ada.email)
    )
    assert told(asked_for.quote) == told(in_basket.quote)
    assert asked_for.quote.to_pay == in_basket.quote.to_pay
    assert asked_for.quote.balance_used == in_basket.quote.balance_used
    assert asked_for.quote.swap == in_basket.quote.swap


def test_every_table_is_row_for_row_the_same_after_a_thousand_previews_s10() -> None:
    studio = a_business()
    ada = a_customer(studio)
    a_pass_of(ada)
    in_favour(ada, 500)
    yoga, pottery = a_class(studio, capacity=1), a_class(studio, name="Pottery", capacity=2)
    basket_id = a_basket(ada, yoga)  # its hold ends while they are asked about
    a_booking(a_customer(studio, "Ben Okri"), pottery)
    a_queue(yoga, "Zoe", "Kim")
    five = a_purchase_option(studio, "5-class pass", uses=5)
    a_code(studio, per_person_limit=1, bookings_limit=1)
    questions = [
        asked(ada, yoga, pottery, five, code="SPRING20"),
        asked(studio, yoga, five),
        asked(ada, pottery, pottery, yoga),
        asked(ada, code="NOPE"),
    ]
    moments = [moment_of(studio, NOW.date() + timedelta(days=days), now=NOW) for days in (0, 1, 300)]
    before = all_tables()
    assert {"basket_line", "waiting_entry", "account_entry", "class_pass", "booking"} <= set(before)
    for nth, question in enumerate(islice(cycle(questions), 1000)):
        answer(studio, question, moment=moments[nth % len(moments)])
    end_reading()
    assert all_tables() == before
    line_removed(yoga, basket_id, _line_of(ada, basket_id))
    assert all_tables() != before  # what does touch something is seen


def test_on_a_day_to_come_what_is_known_of_it_counts() -> None:
    studio = a_business()
    ada = a_customer(studio)
    own = a_pass_of(ada)
    late = a_class(studio, on=date(2026, 12, 30))
    a_desk(studio).terminate(own, date(2026, 12, 20))
    a_code(studio, ends_at=datetime(2026, 12, 15, tzinfo=UTC))
    soon = a_class(studio, name="Pottery", on=date(2026, 12, 19))
    assert isinstance(what_if(ada, soon).quote.lines[0].pays, PassPays)
    on_the_day = what_if(ada, late, on=date(2026, 12, 21)).quote.lines[0]
    assert isinstance(on_the_day.pays, MoneyPays)
    assert [str(why.sentence) for why in on_the_day.why_not] == ["Your 10-class pass has been deactivated."]
    assert what_if(ada, late, code="SPRING20").code_refused is None
    refused = what_if(ada, late, code="SPRING20", on=date(2026, 12, 21))
    assert str(refused.code_refused) == "SPRING20 has expired."
    assert what_if(ada, soon, on=date(2026, 12, 19)).quote.lines[0].standing is Standing.STARTED


def test_a_hold_that_will_have_ended_by_then_takes_no_place() -> None:
    studio = a_business()
    yoga = a_class(studio, capacity=1)
    a_basket(studio, yoga)
    assert what_if(studio, yoga).quote.lines[0].standing is Standing.FULL
    assert what_if(studio, yoga, on=FIRST - timedelta(days=1)).quote.lines[0].counts


def test_no_more_lines_count_than_places_are_free() -> None:
    studio = a_business()
    yoga = a_class(studio, capacity=2)
    found = what_if(studio, yoga, yoga, yoga).quote
    assert [line.counts for line in found.lines] == [True, True, False]
    assert found.to_pay == 2400


def test_a_place_on_offer_counts_for_who_waited_and_for_nobody_else_0020() -> None:
    studio = a_business()
    yoga = a_class(studio, capacity=1)
    ben = a_customer(studio, "Ben Okri")
    basket_id = a_basket(ben, yoga)
    zoe, kim = a_queue(yoga, "Zoe Adu", "Kim Bell")
    line_removed(yoga, basket_id, _line_of(ben, basket_id))  # Zoe is offered it
    assert what_if(zoe, yoga).quote.lines[0].counts
    assert what_if(kim, yoga).quote.lines[0].standing is Standing.WAITED_FOR
    assert what_if(studio, yoga).quote.lines[0].standing is Standing.WAITED_FOR


def test_a_pass_among_the_lines_pays_for_a_guests_ticket_p7() -> None:
    studio = a_business()
    five = a_purchase_option(studio, "5-class pass", uses=5, price=5500)
    found = what_if(studio, a_class(studio), five).quote
    assert isinstance(found.lines[0].pays, PassPays)
    assert found.to_pay == 5500


def test_what_is_not_to_be_found_is_left_out_and_counted() -> None:
    studio, elsewhere = a_business(), a_business()
    yoga, theirs = a_class(studio), a_class(elsewhere)
    nothing = AskedTicket(new_id(), new_id())
    question = asked(studio, yoga, theirs, a_purchase_option(elsewhere))
    crossed = AskedTicket(yoga.id, a_class(studio, name="Pottery").ticket_type_id)
    found = answer(studio, replace(question, tickets=(nothing, *question.tickets, crossed)), moment=NOW)
    assert (found.unknown, found.positions) == (4, (1,))
    assert found.quote.to_pay == 1200


def test_an_unknown_code_is_told_and_the_quote_is_without_it_d5() -> None:
    studio = a_business()
    found = what_if(studio, a_class(studio), code=" nope ")
    assert str(found.code_refused) == "There is no code nope. Please check how it is spelt."
    assert found.quote.to_pay == 1200


def test_a_codes_limit_per_person_counts_the_clients_own_bookings_d3() -> None:
    studio = a_business()
    ada, yoga = a_customer(studio), a_class(studio)
    a_code(studio, per_person_limit=1)
    a_booking(ada, yoga, code="SPRING20")
    assert what_if(ada, yoga, code="SPRING20").code_refused is not None
    assert what_if(studio, yoga, code="SPRING20").code_refused is None


def test_more_than_twenty_lines_are_cut_off_p2() -> None:
    studio = a_business()
    found = what_if(studio, *[a_class(studio, capacity=30)] * 21)
    assert len(found.quote.lines) == 20


def test_another_day_is_looked_at_at_its_noon_in_the_studios_zone_t1() -> None:
    london, auckland = a_business(), a_business(zone="Pacific/Auckland")
    assert moment_of(london, None, now=NOW) == NOW
    assert moment_of(london, NOW.date(), now=NOW) == NOW
    assert moment_of(london, date(2027, 6, 1), now=NOW) == datetime(2027, 6, 1, 11, tzinfo=UTC)
    assert moment_of(auckland, date(2026, 12, 9), now=NOW) == datetime(2026, 12, 8, 23, tzinfo=UTC)


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2027, 12, 3), date.max])
def test_a_day_that_is_past_or_far_away_is_refused(day: date) -> None:
    with pytest.raises(DayTooFar) as refusal:
        moment_of(a_business(), day, now=NOW)
    assert str(refusal.value.sentence) == "Choose a day from today to 2 Dec 2027."


def _line_of(person: APerson, basket_id: UUID) -> UUID:
    quoted = quoted_basket(person.business, basket_id=basket_id, customer_id=person.id, now=NOW)
    end_reading()
    return quoted.lines[0].id
