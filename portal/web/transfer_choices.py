"""The classes that a ticket can be moved to, in a list: each with places left and what it costs (C7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response

from portal.models.class_pages import Choices, class_choices
from portal.models.transfer_targets import (
    Narrowed,
    TargetClass,
    TargetTicket,
    line_of,
    target_classes,
    target_tickets,
)
from portal.operations.cancelling import AlreadyCancelled, NoSuchTicket
from portal.operations.places import NoPlaceLeft
from portal.operations.transfer_refusals import OF_THE_CLASS, AlreadyMoved
from portal.operations.transferring import Movable
from portal.rules.sentences import Money, Refusal, Sentence
from portal.rules.transferring import Mover, TransferForecast, kinds_offered
from portal.web.notices import tell, warn
from portal.web.paging import neighbours, page_asked
from portal.web.visitor import business, now

CLASSES_A_PAGE = 12


@dataclass(frozen=True, slots=True)
class ShownKind:
    """One way to go there: what it costs and where it is asked about; ``address`` is None where it cannot
    be, and ``words`` then say why.
    """

    name: str
    words: Sentence
    address: str | None


@dataclass(frozen=True, slots=True)
class ShownTarget:
    """One class of the list, with the kinds of ticket for it."""

    target: TargetClass
    kinds: tuple[ShownKind, ...]


@dataclass(frozen=True, slots=True)
class TargetList:
    """A page of the list, what it is narrowed down to, and what it can be narrowed down to."""

    rows: tuple[ShownTarget, ...]
    asked: Narrowed
    choices: Choices
    earlier: str | None
    later: str | None

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of it."""
        return self.asked != Narrowed()


def target_list(movable: Movable, address_of: Callable[[UUID, UUID], str]) -> TargetList:
    """The page that the address asks for: four statements, whatever is listed."""
    asked = Narrowed(
        series_id=request.args.get("series", type=UUID), day=request.args.get("day", type=date.fromisoformat)
    )
    page = page_asked()
    found = target_classes(
        business().id,
        (movable.ticket.class_session_id, movable.series_id),
        narrowed=asked,
        now=now(),
        most=CLASSES_A_PAGE + 1,
        skipped=(page - 1) * CLASSES_A_PAGE,
    )
    shown = found[:CLASSES_A_PAGE]
    tickets = target_tickets(business().id, {target.series_id for target in shown})
    rows = []
    for target in shown:
        kinds = kinds_offered(movable.ticket, tickets.get(target.series_id, ()))
        rows.append(ShownTarget(target, tuple(_kind(movable, target, kind, address_of) for kind in kinds)))
    ways = neighbours(page, more=len(found) > CLASSES_A_PAGE)
    choices = class_choices(business().id, now=now())
    return TargetList(tuple(rows), asked, choices, ways["earlier"], ways["later"])


def told_elsewhere(refusal: Refusal, *, booking: str, choice: str) -> Response | None:
    """Why a ticket is not moved: on the page of its booking where it is done already, among the classes to
    choose from where another may do; None where it wants a page of its own.
    """
    if isinstance(refusal, AlreadyMoved | AlreadyCancelled | NoSuchTicket):
        tell(refusal.sentence)
        return redirect(booking, code=303)
    if isinstance(refusal, OF_THE_CLASS):
        warn(refusal)
        return redirect(choice, code=303)
    return None


def cost_words(told: TransferForecast) -> Sentence:
    """Reads "£3.00 more", "£2.00 back to the card", "Pass use moves along"; of a use that staff alone may
    move there: "Pass use moves along, beyond what the pass allows".
    """
    if told.use is not None:
        beyond = ", beyond what the pass allows" if told.use.overridden is not None else ""
        return Sentence("Pass use moves along" + beyond)
    more = told.to_pay + told.charged + (told.waived if told.by is Mover.STAFF else 0)
    texts = (
        (more, "{amount} more"),
        (told.to_card, "{amount} back to the card"),
        (told.to_account, "{amount} to the account"),
        (told.kept, "{amount} less, not returned"),
    )
    said = [Sentence(text, {"amount": Money(minor, told.currency)}) for minor, text in texts if minor]
    return said[0] if said else Sentence("Nothing more to pay")


def _kind(
    movable: Movable, target: TargetClass, ticket: TargetTicket, address_of: Callable[[UUID, UUID], str]
) -> ShownKind:
    line = line_of(target, ticket)
    obstacle = movable.obstacle(line, now=now())
    if isinstance(obstacle, NoPlaceLeft):
        return ShownKind(ticket.name, Sentence("No place left"), None)
    if obstacle is not None:
        return ShownKind(ticket.name, obstacle.sentence, None)
    words = cost_words(movable.forecast(line, now=now()))
    return ShownKind(ticket.name, words, address_of(target.id, ticket.id))
