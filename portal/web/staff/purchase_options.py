"""Setup › Purchase Options: off sale, deactivated, all passes extended (S8, S9; addresses:
/staff/purchase-options and below).
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.database import transaction
from portal.models.option_pages import ListedOption, all_options, option_by_id
from portal.models.option_passes import option_reach
from portal.models.option_sales import options_without_passes
from portal.operations.option_withdrawal import (
    activate_option,
    deactivate_option,
    put_on_sale,
    take_off_sale,
)
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.csv_export import amount, csv_address, csv_file, wants_csv
from portal.web.staff.option_effects import (
    Effects,
    of_activating,
    of_deactivating,
    of_putting_on_sale,
    of_taking_off_sale,
)
from portal.web.visitor import business, now, staff_needed
from portal.web.wording import say, wording

ADDRESS = "/staff/purchase-options"

pages = Blueprint("staff_purchase_options", __name__)


class OptionForm(ActForm):
    """Why."""

    reason = reason_field()


@dataclass(frozen=True, slots=True)
class OptionAct:
    """One thing that staff do with a purchase option, and how its page says so; ``is_done`` where it stands
    so already.
    """

    carry_out: Callable[..., None]
    heading: str
    button: str
    effects: Effects
    done: str
    is_done: Callable[[ListedOption], bool]
    is_dangerous: bool = False


ACTS = {
    "deactivation": OptionAct(
        deactivate_option,
        heading="Deactivate {name}",
        button="DEACTIVATE",
        effects=of_deactivating,
        done="{name} is deactivated. Nobody can use a pass of it.",
        is_done=lambda option: option.deactivation is not None,
        is_dangerous=True,
    ),
    "activation": OptionAct(
        activate_option,
        heading="Activate {name}",
        button="Activate",
        effects=of_activating,
        done="{name} is active again.",
        is_done=lambda option: option.deactivation is None,
    ),
    "off-sale": OptionAct(
        take_off_sale,
        heading="Take {name} off sale",
        button="Take off sale",
        effects=of_taking_off_sale,
        done="{name} is off sale. Whoever has one can go on using it.",
        is_done=lambda option: not option.on_sale,
    ),
    "on-sale": OptionAct(
        put_on_sale,
        heading="Put {name} on sale",
        button="Put on sale",
        effects=of_putting_on_sale,
        done="{name} is on sale.",
        is_done=lambda option: option.on_sale,
    ),
}


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def option_list() -> ResponseReturnValue:
    """Every purchase option, how it stands, and what can be done with it."""
    options = all_options(business().id)
    if wants_csv():
        return _file(options)
    return render_template(
        "staff/purchase_options/list.html",
        options=options,
        unsold=options_without_passes(business().id),
        csv=csv_address(),
    )


@pages.get(f"{ADDRESS}/<uuid:option_id>/<any('deactivation', 'activation', 'off-sale', 'on-sale'):act>")
@staff_needed(Capability.SETUP)
def ask(option_id: UUID, act: str) -> ResponseReturnValue:
    """The confirmation, which says how many clients it touches."""
    return _page(option_shown(option_id), act, OptionForm())


@pages.post(f"{ADDRESS}/<uuid:option_id>/<any('deactivation', 'activation', 'off-sale', 'on-sale'):act>")
@staff_needed(Capability.SETUP)
def carry_out(option_id: UUID, act: str) -> ResponseReturnValue:
    """Do it."""
    option = option_shown(option_id)
    form = OptionForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            with transaction():
                ACTS[act].carry_out(
                    business(), option_id=option_id, reason=form.reason.data, actor=acting(), now=now()
                )
            tell(Sentence(ACTS[act].done, {"name": option.name}))
            return redirect(ADDRESS, code=303)
    return _page(option_shown(option_id), act, form), form.status


def option_shown(option_id: UUID) -> ListedOption:
    """The purchase option that an address names; another business's is not to be found (404)."""
    return option_by_id(business().id, option_id) or abort(404)


def _file(options: list[ListedOption]) -> ResponseReturnValue:
    head = ("Purchase Option", "Status", f"Price ({business().currency})", "Instalments", "Uses", "Validity")
    rows = (
        (
            option.name,
            _status(option),
            amount(option.price),
            option.instalments,
            option.uses if option.uses is not None else "Unlimited",
            say(option.terms),
        )
        for option in options
    )
    return csv_file("purchase-options", head, rows)


def _status(option: ListedOption) -> str:
    if option.deactivation:
        return "Deactivated"
    return "On sale" if option.on_sale else "Off sale"


def _page(option: ListedOption, act: str, form: OptionForm) -> str:
    asked = ACTS[act]
    reach = option_reach(business().id, option.id, now=now(), today=wording().today)
    return render_template(
        "staff/purchase_options/act.html",
        option=option,
        asked=asked,
        heading=Sentence(asked.heading, {"name": option.name}),
        effects=asked.effects(option, reach),
        is_done=asked.is_done(option),
        address=f"{ADDRESS}/{option.id}/{act}",
        back=ADDRESS,
        form=form,
        errors=errors_of(form),
    )
