"""How a pass is paid in instalments, in the words of its owner's page (M1)."""

from portal.models.instalment_pages import Schedule, ShownInstalment
from portal.models.instalments import InstalmentStatus
from portal.rules.declines import decline_words
from portal.rules.sentences import Sentence
from portal.web.visitor import business

ENDS = {
    InstalmentStatus.PAID: "Paid on {day:year}",
    InstalmentStatus.CHARGED: "Moved to your account balance on {day:year}",
    InstalmentStatus.NOT_COLLECTED: "Not collected",
    InstalmentStatus.SKIPPED: "Not charged",
}


def payments_in_words(
    schedule: Schedule | None, *, stopped: bool
) -> list[tuple[ShownInstalment, tuple[Sentence, ...]]]:
    """Each instalment with how it stands; ``stopped`` says that its pass is deactivated or withdrawn."""
    rows = schedule.instalments if schedule else ()
    return [(shown, tuple(_words(shown, stopped=stopped))) for shown in rows]


def _words(shown: ShownInstalment, *, stopped: bool) -> list[Sentence]:
    if shown.settled_at is not None:
        return [Sentence(ENDS[shown.status], {"day": business().day_of(shown.settled_at)})]
    if shown.is_being_tried:
        return [Sentence("Being taken from your card")]
    if shown.status is InstalmentStatus.FAILED:
        return _failed(shown, stopped=stopped)
    if stopped or shown.try_on is None:
        return [Sentence("Not charged while the pass cannot be used")]
    return [Sentence("To come")]


def _failed(shown: ShownInstalment, *, stopped: bool) -> list[Sentence]:
    words = [Sentence("Did not go through.")]
    if shown.decline_code is not None:
        words.append(decline_words(shown.decline_code).customer)
    if shown.try_on is not None and not stopped:
        words.append(Sentence("We try again on {day:weekday}.", {"day": shown.try_on}))
    return words
