"""What a basket costs, as a person would reckon it (R1–R3, M6)."""

import pytest

from portal.rules.quote import quote
from tests.rules.builders import a_basket, a_code, a_pass, a_pass_line, a_ticket_line, payers_in


def test_an_empty_basket_costs_nothing() -> None:
    reckoned = quote(a_basket())
    assert (reckoned.lines, reckoned.list_total, reckoned.to_pay) == ((), 0, 0)


def test_the_basket_of_the_drawing_r2() -> None:
    yoga = a_ticket_line("Morning Yoga", "8 Dec", price=1200)
    wheel = a_ticket_line("Wheel Throwing", "10 Dec", at="18:00", price=1200)
    workshop = a_ticket_line("Handstand Workshop", "9 Jan 2027", at="11:00", price=1800)
    five_class_pass = a_pass("5-class pass", uses=5, uses_left=3, booked=["10 Dec"])
    reckoned = quote(
        a_basket(
            yoga, wheel, workshop, passes=[five_class_pass], code=a_code("YOGA20", classes=["Morning Yoga"])
        )
    )
    assert payers_in(reckoned) == ["YOGA20", "5-class pass", "money"]
    assert [line.to_pay for line in reckoned.lines] == [960, 0, 1800]
    assert [str(reason.sentence) for reason in reckoned.lines[2].why_not] == [
        "Your 5-class pass ends on 8 Jan; this class is on 9 Jan."
    ]
    totals = reckoned.list_total, reckoned.discount_total, reckoned.pass_total, reckoned.to_pay
    assert totals == (4200, 240, 1200, 2760)


def test_tickets_and_passes_cost_their_list_price_r2() -> None:
    reckoned = quote(a_basket(a_ticket_line(price=1200), a_pass_line(price=9000, classes=["Barre"])))
    assert (reckoned.list_total, reckoned.to_pay) == (10200, 10200)


@pytest.mark.parametrize(("price", "waived", "to_pay"), [(29, 29, 0), (30, 0, 30), (1, 1, 0), (0, 0, 0)])
def test_a_total_below_the_smallest_charge_is_waived_m6(price: int, waived: int, to_pay: int) -> None:
    reckoned = quote(a_basket(a_ticket_line(price=price), smallest_charge=30))
    assert (reckoned.waived, reckoned.to_pay) == (waived, to_pay)


def test_lines_keep_the_order_in_which_they_were_added() -> None:
    later, bought, earlier = a_ticket_line(on="12 Dec"), a_pass_line(), a_ticket_line(on="10 Dec")
    reckoned = quote(a_basket(later, bought, earlier))
    assert [quoted.line for quoted in reckoned.lines] == [later, bought, earlier]
