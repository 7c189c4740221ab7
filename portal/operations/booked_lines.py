"""A booking's tickets and pass sales, made of quoted lines, with all that they claim (R7)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, update

from portal.models.baskets import Basket, BasketLine
from portal.models.bookings import Booking, PassSale, Ticket
from portal.models.database import db, new_id, table_of
from portal.models.purchase_options import terms_columns
from portal.operations.account_ledger import claim_balance, claim_on_credit
from portal.operations.claims import claim_pass_uses, claim_redemption
from portal.operations.places import give_back_places, take_places
from portal.rules.facts import PassLine, TicketLine
from portal.rules.quote import DiscountPays, PassPays, Quote, QuotedLine

_line = table_of(BasketLine)

_HAND_OVER_HOLDS = (
    update(_line)
    .where(
        _line.c.business_id == bindparam("of_business"),
        _line.c.basket_id == bindparam("of_basket"),
        _line.c.place_counted,
    )
    .values(place_counted=False)
    .returning(_line.c.id, _line.c.class_session_id)
)


@dataclass(frozen=True, slots=True)
class NoBasket:
    """Where lines come from that staff book: nothing was held for them. ``offered`` are classes of which a
    place was on offer to the client and is theirs already; ``on_credit``: the account pays what it lacks.
    """

    offered: Collection[UUID] = ()
    on_credit: bool = False


def book_lines(
    booking: Booking,
    source: Basket | NoBasket,
    quote: Quote,
    *,
    person_key: str,
    consents: Mapping[UUID, str],
    now: datetime,
) -> None:
    """Make a booking's tickets and pass sales of the lines that count, and claim all that they take (R7).

    Places, pass uses with their class dates, the code's redemption and the account balance used: all of it,
    or a Refusal and nothing. ``consents`` is what was agreed to, by line, for passes in instalments (M1).
    Basket, classes, passes and code are locked by the caller.
    """
    lines = [line for line in quote.lines if line.counts]
    of_staff = source if isinstance(source, NoBasket) else None
    held = {} if isinstance(source, NoBasket) else _hand_over_holds(source)
    _claim_places(booking.business_id, held, lines, of_staff.offered if of_staff else ())
    sales = [
        _pass_sale(booking, quoted, line, consents.get(line.id, ""))
        for quoted in lines
        if isinstance(line := quoted.line, PassLine)
    ]
    sale_of_line = {sale.line_id: sale.id for sale in sales}
    tickets = [
        _ticket(booking, quoted, line, sale_of_line)
        for quoted in lines
        if isinstance(line := quoted.line, TicketLine)
    ]
    db.session.flush()
    db.session.add_all(sales)
    db.session.flush()
    db.session.add_all(tickets)
    dates = {
        line.line.class_session_id: line.line.on_date for line in lines if isinstance(line.line, TicketLine)
    }
    claim_pass_uses(booking.business_id, _claims(tickets, dates))
    if booking.discount_code_id is not None:
        claim_redemption(booking, person_key=person_key, now=now)
    claim_balance_of(booking, on_credit=of_staff is not None and of_staff.on_credit)
    db.session.flush()


def claim_balance_of(booking: Booking, *, on_credit: bool = False) -> None:
    """Claim what the account is to pay of a booking (R7, M5); raises BalanceTooSmall, not ``on_credit``."""
    if booking.balance_used and booking.customer_id is not None:
        claim = claim_on_credit if on_credit else claim_balance
        claim(booking.business_id, booking.customer_id, booking.balance_used)


def _claims(tickets: Iterable[Ticket], dates: dict[UUID, date]) -> dict[UUID, list[date]]:
    """The class dates that each owned pass is asked to pay for."""
    claims: dict[UUID, list[date]] = {}
    for ticket in tickets:
        if ticket.class_pass_id is not None:
            claims.setdefault(ticket.class_pass_id, []).append(dates[ticket.class_session_id])
    return claims


def _claim_places(
    business_id: UUID, held: Mapping[UUID, UUID], lines: list[QuotedLine], offered: Collection[UUID]
) -> None:
    """Held places pass from the lines to the tickets; a place whose hold had ended is taken anew (R4), and
    one that is held for a line that does not count any more is given back.
    """
    booked = {line.line.id: line.line.class_session_id for line in lines if isinstance(line.line, TicketLine)}
    wanted = Counter(class_id for line_id, class_id in booked.items() if line_id not in held)
    wanted.subtract(class_id for line_id, class_id in held.items() if line_id not in booked)
    wanted.subtract(offered)
    for class_session_id in sorted(wanted):
        if wanted[class_session_id] > 0:
            take_places(business_id, class_session_id, wanted[class_session_id])
        elif wanted[class_session_id] < 0:
            give_back_places(business_id, class_session_id, -wanted[class_session_id])


def _hand_over_holds(basket: Basket) -> dict[UUID, UUID]:
    """Stop counting places on the basket's lines; returns the class of each line that had one."""
    rows = db.session.execute(_HAND_OVER_HOLDS, {"of_business": basket.business_id, "of_basket": basket.id})
    return {line_id: class_id for line_id, class_id in rows.all() if class_id is not None}


def _pass_sale(booking: Booking, quoted: QuotedLine, line: PassLine, consent: str) -> PassSale:
    return PassSale(
        business_id=booking.business_id,
        id=new_id(),
        booking_id=booking.id,
        line_id=line.id,
        purchase_option_id=line.purchase_option_id,
        name=line.name,
        start_by=line.start_by,
        **terms_columns(line.terms),
        list_price=quoted.list_price,
        discount=quoted.discount,
        later=sum(quoted.later),
        instalments=1 + len(quoted.later) if quoted.later else None,
        rhythm=line.instalments.rhythm if line.instalments and quoted.later else None,
        consent=consent,
        to_pay=quoted.to_pay,
    )


def _ticket(booking: Booking, quoted: QuotedLine, line: TicketLine, sale_of_line: dict[UUID, UUID]) -> Ticket:
    pays = quoted.pays
    return Ticket(
        business_id=booking.business_id,
        id=new_id(),
        booking_id=booking.id,
        line_id=line.id,
        class_session_id=line.class_session_id,
        ticket_type_id=line.ticket_type_id,
        by_pass=isinstance(pays, PassPays),
        class_pass_id=pays.pass_id if isinstance(pays, PassPays) and not pays.in_basket else None,
        pass_sale_id=sale_of_line[pays.pass_id] if isinstance(pays, PassPays) and pays.in_basket else None,
        list_price=quoted.list_price,
        discount=pays.amount if isinstance(pays, DiscountPays) else 0,
        to_pay=quoted.to_pay,
        counts=True,
    )
