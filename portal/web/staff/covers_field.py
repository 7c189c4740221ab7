"""What a pass or a code covers: all classes, or those that are ticked, whole or by single ticket (P6, D3)."""

from typing import Any
from uuid import UUID

from wtforms import RadioField, SelectChoice, SelectMultipleField, ValidationError

from portal.models.coverable import CoverableSeries
from portal.operations.covering import Covers
from portal.web.staff.act_forms import SeenForm

ALL, CHOSEN = "all", "chosen"
NOTHING_CHOSEN = "Tick at least one class or ticket, or choose all classes."


class CoversForm(SeenForm):
    """A form that asks what something covers. A class that is ticked without any of its tickets is covered
    whole, tickets that are added to it later too; where single tickets are ticked anywhere, what is covered
    is kept ticket by ticket.
    """

    limited = RadioField(
        "Which classes",
        choices=[SelectChoice(ALL, "All classes"), SelectChoice(CHOSEN, "Only these")],
        default=ALL,
        validate_choice=False,
    )
    covers = SelectMultipleField("Classes and tickets", choices=[], validate_choice=False)

    series: tuple[CoverableSeries, ...] = ()

    def offer(self, series: list[CoverableSeries]) -> None:
        """Say what there is to tick; needed before the form is validated."""
        self.series = tuple(series)

    def show(self, covers: Covers) -> None:
        """Tick what is covered now."""
        if covers == Covers():
            return
        self.limited.data = CHOSEN
        chosen: list[str] = []
        for one in self.series:
            tickets = [it.id for it in one.tickets if it.id in covers.ticket_type_ids]
            if one.id in covers.series_ids or tickets:
                chosen += [str(one.id), *map(str, tickets)]
        self.covers.data = chosen

    def validate_covers(self, _field: Any) -> None:
        """Something must be ticked where only that is covered."""
        if self.limited.data == CHOSEN and self.covered() == Covers():
            raise ValidationError(NOTHING_CHOSEN)

    def covered(self) -> Covers:
        """What is ticked, of what there is; nothing is everything."""
        if self.limited.data != CHOSEN:
            return Covers()
        ticked = set(self.covers.data or ())
        whole: set[UUID] = set()
        single: set[UUID] = set()
        for one in self.series:
            tickets = {it.id for it in one.tickets if str(it.id) in ticked}
            if tickets:
                single |= tickets
            elif str(one.id) in ticked:
                whole.add(one.id)
        if not single:
            return Covers(series_ids=frozenset(whole))
        single |= {it.id for one in self.series if one.id in whole for it in one.tickets}
        return Covers(ticket_type_ids=frozenset(single))
