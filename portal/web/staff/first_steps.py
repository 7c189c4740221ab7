"""The first steps of a new studio, on its staff page until somebody puts them away (addresses: /staff/setup,
/staff/setup/completion).
"""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.database import transaction
from portal.models.first_steps import FirstSteps, first_steps
from portal.operations.businesses import end_set_up
from portal.rules.roles import Capability
from portal.web.notices import tell
from portal.web.staff.act_forms import acting
from portal.web.visitor import business, now, staff_needed

ADDRESS = "/staff/setup"

pages = Blueprint("staff_first_steps", __name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, why, and where."""

    title: str
    why: str
    address: str
    button: str
    is_done: bool


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def index() -> ResponseReturnValue:
    """Setup: what can be set up, and where."""
    return render_template("staff/setup/index.html", steps=steps_left())


@pages.post(f"{ADDRESS}/completion")
@staff_needed(Capability.SETUP)
def complete() -> ResponseReturnValue:
    """Put the steps away, done or not."""
    with transaction():
        end_set_up(business(), actor=acting(), now=now())
    tell("The first steps are put away. All of it stays under Setup.")
    return redirect("/staff", code=303)


def steps_left() -> list[Step]:
    """The steps of a studio that has not put them away; costs a statement only then."""
    if business().set_up_at is not None:
        return []
    return _steps(first_steps(business().id, now=now()))


def _steps(done: FirstSteps) -> list[Step]:
    steps = [
        Step(
            "Say where you are",
            "Your address stands at the foot of the shop, on receipts and in letters.",
            f"{ADDRESS}/studio",
            "Studio details",
            bool(business().postal_address),
        ),
        Step(
            "Put the first class on sale",
            "A name, the days and times, the places and a price.",
            f"{ADDRESS}/classes/new",
            "Add a class",
            done.has_class,
        ),
    ]
    if business().plan.has_passes:
        steps.append(
            Step(
                "Sell a pass",
                "Prepaid classes: a pass pays for the tickets it covers by itself.",
                "/staff/purchase-options",
                "Purchase Options",
                done.has_pass,
            )
        )
    return [
        *steps,
        Step(
            "Hand out a code",
            "A discount for whoever types it in: for the opening, a newsletter, a friend.",
            "/staff/discount-codes/new",
            "Add a code",
            done.has_code,
        ),
        Step(
            "Make the first booking",
            "Look at your shop as a visitor does, and book a place.",
            "/",
            "Look at your shop",
            done.has_booking,
        ),
    ]
