"""One pass of a client, whole (address: /staff/clients/<id>/passes/<pass_id>; P8, M1, S9)."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.models.audit_pages import AuditAsked, audit_lines
from portal.models.instalment_pages import Schedule, ShownInstalment, schedule_of
from portal.models.pass_uses import uses_of
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.paging import neighbours, page_asked
from portal.web.pass_cards import pass_card
from portal.web.staff.audit_words import told
from portal.web.staff.client_shown import pass_shown
from portal.web.staff.pass_acts_offered import acts_for
from portal.web.staff.pass_words import attempt_words, instalment_words, use_words
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import wording

USES_A_PAGE = 25
ACTS_SHOWN = 20

pages = Blueprint("staff_client_pass", __name__)


@pages.get("/staff/clients/<uuid:client_id>/passes/<uuid:pass_id>")
@staff_needed(Capability.CLIENTS)
def one_pass(client_id: UUID, pass_id: UUID) -> ResponseReturnValue:
    """The pass with its holes and its line, its instalments, its uses, and what was done with it and why."""
    found = pass_shown(client_id, pass_id)
    page = page_asked()
    uses = uses_of(business().id, pass_id, most=USES_A_PAGE + 1, skipped=(page - 1) * USES_A_PAGE)
    acts = audit_lines(business().id, AuditAsked(pass_id=pass_id), most=ACTS_SHOWN + 1)
    schedule = schedule_of(business().id, pass_id)
    card = pass_card(found.in_account, wording().today)
    return render_template(
        "staff/clients/pass.html",
        client=found.client,
        found=found,
        card=card,
        acts=acts_for(found, wording().today),
        schedule=schedule,
        instalments=_instalments(schedule, stopped=card.stops_payments),
        uses=[(entry, use_words(entry)) for entry in uses[:USES_A_PAGE]],
        entries=[told(line) for line in acts[:ACTS_SHOWN]],
        more_entries=len(acts) > ACTS_SHOWN,
        zone_sentence=wording().zone_sentence(now()),
        **neighbours(page, more=len(uses) > USES_A_PAGE),
    )


def _instalments(
    schedule: Schedule | None, *, stopped: bool
) -> list[tuple[ShownInstalment, Sentence, list[Sentence]]]:
    return [
        (
            shown,
            instalment_words(
                shown, business().day_of(shown.settled_at) if shown.settled_at else None, stopped=stopped
            ),
            [attempt_words(attempt) for attempt in shown.attempts],
        )
        for shown in (schedule.instalments if schedule else ())
    ]
