"""What a transfer will do, in rows, for whoever is asked to confirm it (C4)."""

from portal.rules.sentences import Sentence
from portal.rules.transferring import TransferForecast
from portal.rules.transferring_words import told_of_ticket, told_of_use
from portal.web.cancellation_words import Consequence


def move_consequences(told: TransferForecast) -> tuple[Consequence, ...]:
    """The ticket, then the pass whose use moves along."""
    rows = [Consequence(Sentence("This ticket"), told_of_ticket(told, told.by))]
    if told.use is not None:
        name = Sentence("{name}", {"name": told.use.before.name})
        rows.append(Consequence(name, told_of_use(told, told.by)))
    return tuple(rows)
