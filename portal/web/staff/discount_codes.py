"""Setup › Discount codes: the list, and one code with who used it (D3; addresses: /staff/discount-codes and
below).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from portal.models.code_pages import SORTS, ListedCode, code_by_id, codes_listed, has_codes
from portal.models.code_uses import CodeUse, totals_of, uses_of
from portal.operations.covering import told_coverage
from portal.operations.discount_codes import covers_of
from portal.rules.code_limits import CodeState
from portal.rules.roles import Capability
from portal.web.paging import neighbours, page_asked
from portal.web.staff.code_words import STATES, discount_words, terms_of, used_words, when_words
from portal.web.staff.csv_export import Cell, amount, csv_address, csv_file, wants_csv
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

ADDRESS = "/staff/discount-codes"
CODES_A_PAGE = 30
USES_A_PAGE = 30
MOST_IN_A_FILE = 100_000
LONGEST_TEXT = 40

SORT_WORDS = {"newest": "Newest first", "code": "By code", "used": "Most used first", "ends": "Ending first"}

pages = Blueprint("staff_discount_codes", __name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it asks for in nonsense is not asked for."""

    text: str
    states: tuple[CodeState, ...]
    sort: str

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.text or self.states)

    def without(self, state: CodeState) -> str:
        """The list without one of its filters."""
        kept = [("state", it.value) for it in self.states if it is not state]
        kept += [("q", self.text)] if self.text else []
        kept += [("sort", self.sort)] if self.sort != "newest" else []
        return f"{ADDRESS}?{urlencode(kept)}".removesuffix("?")


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def code_list() -> ResponseReturnValue:
    """Codes that were made one by one, filtered and sorted as the address says (``q``, ``state``, ``sort``);
    who searches finds those of batches too.
    """
    asked = _asked()
    if wants_csv():
        return _file_of_codes(_found(asked, most=MOST_IN_A_FILE))
    page = page_asked()
    found = _found(asked, most=CODES_A_PAGE + 1, skipped=(page - 1) * CODES_A_PAGE)
    return render_template(
        "staff/discount_codes/list.html",
        rows=[(code, *words_of(code)) for code in found[:CODES_A_PAGE]],
        has_any=bool(found) or has_codes(business().id),
        asked=asked,
        states=STATES,
        without=[(STATES[state], asked.without(state)) for state in asked.states],
        sorts=SORT_WORDS,
        csv=csv_address(),
        **neighbours(page, more=len(found) > CODES_A_PAGE),
    )


@pages.get(f"{ADDRESS}/<uuid:code_id>")
@staff_needed(Capability.SETUP)
def code_page(code_id: UUID) -> ResponseReturnValue:
    """One code: its terms, and who used it, when, in which booking and for how much."""
    code = code_shown(code_id)
    if wants_csv():
        return csv_file(f"uses-of-{code.code.lower()}", use_head(), use_rows(_uses(code, MOST_IN_A_FILE)))
    page = page_asked()
    uses = _uses(code, USES_A_PAGE + 1, skipped=(page - 1) * USES_A_PAGE)
    return render_template(
        "staff/discount_codes/page.html",
        code=code,
        state=STATES[code.state],
        terms=terms_of(code, told_coverage(business().id, covers_of(business().id, [code.id]))),
        uses=uses[:USES_A_PAGE],
        totals=totals_of(business().id, code_id=code.id),
        csv=csv_address(),
        zone_sentence=wording().zone_sentence(now()),
        **neighbours(page, more=len(uses) > USES_A_PAGE),
    )


def code_shown(code_id: UUID) -> ListedCode:
    """The code that an address names; another business's is not to be found (404)."""
    return code_by_id(business().id, code_id, now=now()) or abort(404)


def words_of(code: ListedCode) -> tuple[str, str, str, str]:
    """A code's state, discount, use and days, as lists say them."""
    return STATES[code.state], say(discount_words(code)), say(used_words(code)), say(when_words(code))


def use_head() -> tuple[str, ...]:
    """The columns of a file of uses."""
    return ("Discount code", "Used", "Booking", "Name", "E-mail", f"Discount ({business().currency})", "Paid")


def use_rows(uses: list[CodeUse]) -> Iterator[tuple[Cell, ...]]:
    """The rows of a file of uses."""
    for use in uses:
        yield (
            use.code,
            use.at,
            use.reference,
            use.name,
            use.email,
            amount(use.discount),
            "being paid" if use.is_pending else "booked",
        )


def _asked() -> Asked:
    states = {state.value: state for state in STATES}
    sort = request.args.get("sort", "newest")
    return Asked(
        text=request.args.get("q", "").strip()[:LONGEST_TEXT],
        states=tuple(dict.fromkeys(states[it] for it in request.args.getlist("state") if it in states)),
        sort=sort if sort in SORTS else "newest",
    )


def _found(asked: Asked, *, most: int, skipped: int = 0) -> list[ListedCode]:
    return codes_listed(
        business().id,
        now=now(),
        text=asked.text,
        states=asked.states,
        sort=asked.sort,
        most=most,
        skipped=skipped,
    )


def _uses(code: ListedCode, most: int, skipped: int = 0) -> list[CodeUse]:
    return uses_of(business().id, code_id=code.id, most=most, skipped=skipped)


def _file_of_codes(codes: list[ListedCode]) -> ResponseReturnValue:
    head = ("Discount code", "Status", "Discount", "Bookings", "Bookings in all", "Can be used")
    return csv_file("discount-codes", head, (_row(code) for code in codes))


def _row(code: ListedCode) -> tuple[Cell, ...]:
    state, off, _, when = words_of(code)
    return (code.code, state, off, code.bookings, code.bookings_limit, when)
