"""Settings › Plan: what each plan includes, and the change of it, with what it will do before it is done
(B2, B3; addresses: /staff/settings/plan and below).
"""

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.business import Plan
from portal.models.database import transaction
from portal.models.plan_outlook import plan_outlook
from portal.operations.businesses import set_plan
from portal.outside import outside
from portal.rules.roles import Capability, Role
from portal.rules.sentences import Sentence
from portal.web.notices import tell
from portal.web.staff.act_forms import acting
from portal.web.staff.plan_effects import effects_of_change
from portal.web.visitor import business, now, staff, staff_needed
from portal.web.wording import wording

ADDRESS = "/staff/settings/plan"

NAMES = {Plan.FREE: "Free", Plan.STANDARD: "Standard", Plan.PLUS: "Plus"}

INCLUDES = {
    Plan.FREE: (
        "Classes, tickets and bookings",
        "Payment by card, discount codes, refunds",
        "Clients, their schedule and their account balance",
        "Letters to customers, with reminders",
    ),
    Plan.STANDARD: (
        "Everything in Free",
        "Passes: sold in the shop, issued by staff",
        "Passes paid in instalments by auto-payment",
    ),
    Plan.PLUS: (
        "Everything in Standard",
        "What else you agree on with whoever runs this portal",
    ),
}
"""What a plan includes, in words; whether it has passes is the plan's own to say (``has_passes``)."""

pages = Blueprint("staff_plan", __name__)


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def show() -> ResponseReturnValue:
    """The three plans, and which is the studio's."""
    return render_template(
        "staff/settings/plan/page.html",
        plans=Plan,
        names=NAMES,
        includes=INCLUDES,
        may_change=_may_change(),
        settings=outside().settings,
        address=ADDRESS,
    )


@pages.get(f"{ADDRESS}/<any('free', 'standard', 'plus'):plan>")
@staff_needed(Capability.BUSINESS)
def ask(plan: str) -> ResponseReturnValue:
    """The confirmation, which says what the change will do (B3)."""
    wanted = _wanted(plan)
    if wanted is business().plan:
        return redirect(ADDRESS, code=303)
    outlook = plan_outlook(business().id, today=wording().today)
    return render_template(
        "staff/settings/plan/change.html",
        name=NAMES[wanted],
        effects=effects_of_change(outlook, business().plan, wanted, currency=business().currency),
        address=f"{ADDRESS}/{plan}",
        back=ADDRESS,
    )


@pages.post(f"{ADDRESS}/<any('free', 'standard', 'plus'):plan>")
@staff_needed(Capability.BUSINESS)
def change(plan: str) -> ResponseReturnValue:
    """Put the studio on the plan; pressed twice, it is on it."""
    wanted = _wanted(plan)
    with transaction():
        set_plan(business(), plan=wanted, actor=acting(), now=now())
    tell(Sentence("The studio is on {plan} now.", {"plan": NAMES[wanted]}))
    return redirect(ADDRESS, code=303)


def _wanted(plan: str) -> Plan:
    """The plan that an address names, for whoever may choose it; nobody else gets there (403)."""
    if not _may_change():
        abort(403)
    return Plan(plan)


def _may_change() -> bool:
    """Owners, where the setting lets them (B3)."""
    return outside().settings.plan_page and staff().role is Role.OWNER
