"""Why a ticket is not moved, each with its sentence for the person (C7)."""

from datetime import date, datetime

from portal.models.business import BusinessFacts
from portal.operations.places import NoPlaceLeft
from portal.rules.sentences import Refusal, Sentence
from portal.rules.transferring import Mover, TransferForecast
from portal.rules.transferring_words import seen_by


class AlreadyMoved(Refusal):
    """The ticket was moved before; perhaps by the same button, pressed twice."""

    def __init__(self) -> None:
        super().__init__("This ticket has been moved to another class already.")


class BeingMoved(Refusal):
    """The difference of a move is being paid: the ticket waits for it."""

    def __init__(self) -> None:
        super().__init__(
            "This ticket is being moved, and the difference is still to be paid. Continue the payment, or"
            " keep the ticket where it is."
        )


class BeganBeforeMoving(Refusal):
    """A ticket is moved until its class starts."""

    def __init__(self, class_name: str, day: date) -> None:
        super().__init__(
            "{class_name} on {day} has begun, so the ticket cannot be moved any more.",
            class_name=class_name,
            day=day,
        )


class ClassIsCancelled(Refusal):
    """The studio has cancelled the class: its tickets are cancelled, not moved."""

    def __init__(self, class_name: str) -> None:
        super().__init__(
            "The studio has cancelled {class_name}: what it brings back is on its way.", class_name=class_name
        )


class MovingNotOffered(Refusal):
    """The studio does not let customers move tickets by themselves (C2)."""

    def __init__(self, studio: str) -> None:
        super().__init__("Please ask {studio} to move the ticket: it cannot be done here.", studio=studio)


class TooLateToMove(Refusal):
    """The cut-off has passed (C2): only staff can."""

    def __init__(self, business: BusinessFacts, until: datetime) -> None:
        super().__init__(
            "The time to move this ticket ended {day:weekday}, {at}. Please ask {studio}.",
            day=business.day_of(until),
            at=until,
            studio=business.name,
        )


class SameClass(Refusal):
    """The ticket is for this class."""

    def __init__(self) -> None:
        super().__init__("The ticket is for this class already.")


class NotOpen(Refusal):
    """There is no such class, or nobody can book it: begun, cancelled, or not on sale."""

    def __init__(self) -> None:
        super().__init__("This class cannot be booked any more. Please choose another one.")


class PassDoesNotPay(Refusal):
    """The pass whose use is to move along does not pay for the class (C7, R2)."""

    def __init__(self, why: Sentence, reader: Mover) -> None:
        told = seen_by(reader, why)
        super().__init__(told.text, **told.values)


class TransferChanged(Refusal):
    """What the page said is no longer what would happen: nothing was moved (as R6)."""

    def __init__(self, now_it_is: TransferForecast) -> None:
        super().__init__(
            "What this move brings has changed since you opened the page, so nothing was moved. Please look"
            " at it again."
        )
        self.forecast = now_it_is


OF_THE_CLASS = (SameClass, NotOpen, NoPlaceLeft, PassDoesNotPay)
"""What keeps a ticket out of one class alone: another may do."""
