"""What is measured: pages, forms, and whole bookings, each as a person does it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus
from urllib.parse import urlsplit

from bench.visitors import Crowd, Visitor
from bench.wire import Answer, Browser, Unexpected
from e2e.stripe_stand_in.testing import Controls

FOR_EVER = 10**9
"""How often a page can be looked at: looking changes nothing (R4)."""

Act = Callable[[Browser, Visitor], None]


class Kind(Enum):
    """What a step is, and so what is asked of it (see ``targets``)."""

    PAGE = auto()
    FORM = auto()
    CHECK_OUT = auto()
    TO_STRIPE = auto()
    BY_PASS = auto()
    BY_CARD = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that visitors do. ``visitor`` makes one who does it, ``times`` times at most."""

    name: str
    kind: Kind
    act: Act
    visitor: Callable[[Crowd], Visitor]
    times: int


def seen(answer: Answer) -> Answer:
    """A page that came as it should."""
    if answer.status != HTTPStatus.OK:
        raise Unexpected(f"{answer.status} instead of a page, to {answer.location or 'nowhere'}.")
    return answer


def sent(answer: Answer, to: str) -> str:
    """Where a form that went well leads to."""
    if answer.status != HTTPStatus.SEE_OTHER or to not in answer.location:
        raise Unexpected(f"{answer.status} to {answer.location or 'nowhere'} instead of {to}.")
    return answer.location


def see_classes(browser: Browser, visitor: Visitor) -> None:
    """The class list, 20 rows."""
    seen(browser.get("/", cookie=visitor.cookie))


def see_class(browser: Browser, visitor: Visitor) -> None:
    """A class's page."""
    seen(browser.get(visitor.address, cookie=visitor.cookie))


def add(browser: Browser, visitor: Visitor) -> None:
    """Add to basket."""
    chosen = {"class": str(visitor.class_session_id), "ticket": str(visitor.ticket_type_id)}
    answer = browser.post("/basket/lines", cookie=visitor.cookie, csrf_token=visitor.token, **chosen)
    sent(answer, "/basket")


def see_basket(browser: Browser, visitor: Visitor) -> None:
    """The basket."""
    seen(browser.get("/basket", cookie=visitor.cookie))


def apply_code(browser: Browser, visitor: Visitor) -> None:
    """Discount code, Apply."""
    code = {"code": visitor.code, "csrf_token": visitor.token}
    sent(browser.post("/basket/code", cookie=visitor.cookie, **code), "/basket")


def see_checkout(browser: Browser, visitor: Visitor) -> None:
    """The review page."""
    seen(browser.get("/checkout", cookie=visitor.cookie))


def check_out(browser: Browser, visitor: Visitor) -> None:
    """The button of the review page, where nothing is to pay: Book now."""
    press_button(browser, visitor, visitor.digest, to="/bookings/")


def go_to_stripe(browser: Browser, visitor: Visitor) -> None:
    """The button of the review page, where something is to pay: it opens Stripe's page."""
    press_button(browser, visitor, visitor.digest, to="/c/pay/")


def book_by_pass(browser: Browser, visitor: Visitor) -> None:
    """A whole booking: class page, add, basket, review page, Book now, the booking."""
    review = put_aside(browser, visitor)
    booking = press_button(browser, visitor, review.field("digest"), to="/bookings/")
    seen(browser.get(booking, cookie=visitor.cookie))


def book_by_card(browser: Browser, visitor: Visitor) -> None:
    """A whole booking, paid at the Stripe stand-in: its time is in it, and that of the way there."""
    review = put_aside(browser, visitor)
    stripe_page = press_button(browser, visitor, review.field("digest"), to="/c/pay/")
    back = urlsplit(pay_at_stripe(stripe_page))
    booking = sent(browser.get(f"{back.path}?{back.query}", cookie=visitor.cookie), "/bookings/")
    seen(browser.get(booking, cookie=visitor.cookie))


def put_aside(browser: Browser, visitor: Visitor) -> Answer:
    """From a class's page to the review page, which it gives."""
    see_class(browser, visitor)
    add(browser, visitor)
    see_basket(browser, visitor)
    return seen(browser.get("/checkout", cookie=visitor.cookie))


def press_button(browser: Browser, visitor: Visitor, digest: str, *, to: str) -> str:
    """Book now, or Pay; gives where it leads."""
    form = {"digest": digest, "csrf_token": visitor.token}
    return sent(browser.post("/checkout", cookie=visitor.cookie, **form), to)


def pay_at_stripe(page: str) -> str:
    """Pay on the stand-in's page; gives the address that it sends the customer back to."""
    address = urlsplit(page)
    stand_in = Controls(f"{address.scheme}://{address.netloc}")
    paid = stand_in.pay(page)
    stand_in.webhooks_settle()
    return str(paid["next"])


STEPS = (
    Step("Class list", Kind.PAGE, see_classes, Crowd.guest, FOR_EVER),
    Step("Class page", Kind.PAGE, see_class, Crowd.guest, FOR_EVER),
    Step("Basket", Kind.PAGE, see_basket, Crowd.with_full_basket, FOR_EVER),
    Step("Check-out page", Kind.PAGE, see_checkout, Crowd.with_full_basket, FOR_EVER),
    Step("Add to basket", Kind.FORM, add, Crowd.with_nothing, 10),
    Step("Apply code", Kind.FORM, apply_code, Crowd.with_full_basket, 20),
    Step("Check out, nothing to pay", Kind.CHECK_OUT, check_out, Crowd.with_ticket_on_pass, 1),
    Step("Check out, to Stripe's page", Kind.TO_STRIPE, go_to_stripe, Crowd.with_ticket_to_pay, 1),
    Step("Whole booking by a pass", Kind.BY_PASS, book_by_pass, Crowd.with_nothing, 1),
    Step("Whole booking by card", Kind.BY_CARD, book_by_card, Crowd.without_pass, 1),
)
"""In the order in which they are told."""
