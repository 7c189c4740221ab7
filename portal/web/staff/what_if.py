"""What-if: what a basket would cost somebody, and what would pay for each line; nothing is touched (address:
/staff/what-if; S10).
"""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.models.client_pages import Client, client_by_id
from portal.operations.account_charges import NoSuchClient
from portal.operations.what_if import Answer, DayTooFar, answer, moment_of
from portal.rules.baskets import MOST_LINES
from portal.rules.facts import TicketLine
from portal.rules.quote import QuotedLine, Standing
from portal.rules.roles import Capability
from portal.rules.sentences import Count, Sentence
from portal.web.customer.shown_basket import ShownBasket, ShownLine, shown_basket, standing_words
from portal.web.forms import FieldError
from portal.web.staff.asked_basket import WHAT_IF, AskedBasket, asked_basket
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say

pages = Blueprint("staff_what_if", __name__)

NOT_A_DAY = "Enter a date: year, month and day, like 2027-01-19."


@dataclass(frozen=True, slots=True)
class Preview:
    """A what-if as its page shows it: ``removals`` are the addresses without each of its lines."""

    asked: AskedBasket
    client: Client | None
    moment: datetime
    answer: Answer
    shown: ShownBasket
    errors: tuple[FieldError, ...]

    @property
    def is_now(self) -> bool:
        """Whether it is reckoned for this moment."""
        return self.moment == now()

    @property
    def lines(self) -> list[tuple[ShownLine, str]]:
        """Each line, and the address of the what-if without it."""
        removals = [self.asked.without(position).address() for position in self.answer.positions]
        return list(zip(self.shown.lines, removals, strict=True))

    @property
    def books(self) -> bool:
        """Whether anything of it could be booked."""
        return self.shown.can_check_out

    def error_of(self, field_id: str) -> str:
        """What is wrong with one field, in its words."""
        return " ".join(error.sentence for error in self.errors if error.field_id == field_id)


@pages.get(WHAT_IF)
@staff_needed(Capability.CLIENTS)
def show() -> ResponseReturnValue:
    """The quote of what the address asks; what of it makes no sense is said, and kept."""
    return render_template("staff/what_if/page.html", **_of(preview(asked_basket())))


def preview(asked: AskedBasket, *, guest_key: str | None = None) -> Preview:
    """Reckon what an address asks; ``guest_key`` is a guest's e-mail key, where it is known (D3)."""
    errors = [*_errors_of_lines(asked)]
    client = client_by_id(business().id, asked.client_id) if asked.client_id else None
    if asked.client and client is None:
        errors.insert(0, FieldError("who", say(NoSuchClient().sentence)))
    moment, wrong_day = _moment(asked.day)
    if wrong_day:
        errors.append(FieldError("day", wrong_day))
    person_key = client.email_key if client else guest_key
    question = asked.question(person_key=person_key, is_client=client is not None)
    found = answer(business(), question, moment=moment)
    if found.unknown:
        errors.append(FieldError("lines", _not_found(found.unknown)))
    if found.code_refused is not None:
        errors.append(FieldError("code", say(found.code_refused)))
    shown = shown_basket(found.quoted, now=moment, standing=_standing)
    return Preview(asked, client, moment, found, shown, tuple(errors))


def _of(seen: Preview) -> dict[str, object]:
    """What the page's template asks for."""
    return {"preview": seen, "client": seen.client, "asked": seen.asked, "errors": seen.errors}


def _errors_of_lines(asked: AskedBasket) -> list[FieldError]:
    errors = []
    if asked.unreadable:
        errors.append(FieldError("lines", _not_found(asked.unreadable)))
    if asked.overfull:
        errors.append(FieldError("lines", f"A basket takes {MOST_LINES} lines. Those beyond are left out."))
    return errors


def _not_found(lines: int) -> str:
    if lines == 1:
        return "One line of this address names nothing that is to be found. It is left out."
    return f"{lines} lines of this address name nothing that is to be found. They are left out."


def _moment(text: str) -> tuple[datetime, str]:
    """When the quote is reckoned for, and what is wrong with the day that was typed, if anything."""
    if not text:
        return now(), ""
    try:
        return moment_of(business(), date.fromisoformat(text), now=now()), ""
    except ValueError:
        return now(), NOT_A_DAY
    except DayTooFar as refusal:
        return now(), say(refusal.sentence)


def _standing(quoted: QuotedLine) -> str | None:
    """How a line stands that nothing is held for: how many places are left, or why it does not count."""
    line = quoted.line
    if quoted.standing is Standing.HOLD_ENDED and isinstance(line, TicketLine):
        return str(Sentence("{places} left", {"places": Count(line.places_free, "place", "places")}))
    return _OTHERWISE.get(quoted.standing) or standing_words(quoted)


_OTHERWISE = {
    Standing.FULL: "This class is full. It is not part of the total.",
    Standing.WAITED_FOR: "This class is full, and others wait for it. It is not part of the total.",
    Standing.STARTED: "This class will have started by then. It is not part of the total.",
}
