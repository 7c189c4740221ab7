"""Switch a discount code, or a batch of them, off and on again (D6; addresses: …/switch-off, -on)."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.code_pages import CodeReach, code_reach
from portal.models.database import transaction
from portal.operations.code_switches import switch_batch, switch_code
from portal.rules.code_limits import CodeState
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.code_batches import batch_shown
from portal.web.staff.code_words import Term, reach_of_switching_off, reach_of_switching_on
from portal.web.staff.discount_codes import ADDRESS, code_shown
from portal.web.visitor import business, now, staff_needed

OFF = "switch-off"
SWITCH = f"<any('{OFF}', 'switch-on'):act>"

pages = Blueprint("staff_code_switches", __name__)


class SwitchForm(ActForm):
    """Why."""

    reason = reason_field()


@dataclass(frozen=True, slots=True)
class Switched:
    """What is switched: a code, or a batch of them; ``is_off`` as it stands now."""

    name: str
    address: str
    is_off: bool
    reach: CodeReach
    carry_out: Callable[..., None]
    keys: dict[str, UUID]


@pages.get(f"{ADDRESS}/<uuid:code_id>/{SWITCH}")
@staff_needed(Capability.SETUP)
def ask_for_code(code_id: UUID, act: str) -> ResponseReturnValue:
    """The confirmation, which says what becomes of baskets and bookings."""
    return _page(_code(code_id), SwitchForm(), off=act == OFF)


@pages.post(f"{ADDRESS}/<uuid:code_id>/{SWITCH}")
@staff_needed(Capability.SETUP)
def carry_out_for_code(code_id: UUID, act: str) -> ResponseReturnValue:
    """Do it."""
    return _carried_out(_code(code_id), off=act == OFF)


@pages.get(f"{ADDRESS}/batches/<uuid:batch_id>/{SWITCH}")
@staff_needed(Capability.SETUP)
def ask_for_batch(batch_id: UUID, act: str) -> ResponseReturnValue:
    """The same for all codes of a batch."""
    return _page(_batch(batch_id), SwitchForm(), off=act == OFF)


@pages.post(f"{ADDRESS}/batches/<uuid:batch_id>/{SWITCH}")
@staff_needed(Capability.SETUP)
def carry_out_for_batch(batch_id: UUID, act: str) -> ResponseReturnValue:
    """Do it."""
    return _carried_out(_batch(batch_id), off=act == OFF)


def _code(code_id: UUID) -> Switched:
    code = code_shown(code_id)
    reach = code_reach(business().id, code_id=code_id)
    is_off = code.state is CodeState.OFF
    return Switched(code.code, code.address, is_off, reach, switch_code, {"code_id": code_id})


def _batch(batch_id: UUID) -> Switched:
    batch = batch_shown(batch_id)
    reach = code_reach(business().id, batch_id=batch_id)
    name = f"all codes of {batch.prefix}"
    return Switched(name, batch.address, batch.off, reach, switch_batch, {"batch_id": batch_id})


def _carried_out(asked: Switched, *, off: bool) -> ResponseReturnValue:
    form = SwitchForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            with transaction():
                asked.carry_out(
                    business(), **asked.keys, off=off, reason=form.reason.data, actor=acting(), now=now()
                )
            tell(Sentence(f"You switched {{name}} {'off' if off else 'on'}.", {"name": asked.name}))
            return redirect(asked.address, code=303)
    return _page(asked, form, off=off), form.status


def _page(asked: Switched, form: SwitchForm, *, off: bool) -> str:
    effects: tuple[Term, ...] = (reach_of_switching_off if off else reach_of_switching_on)(asked.reach)
    return render_template(
        "staff/discount_codes/switch.html",
        asked=asked,
        off=off,
        is_done=asked.is_off is off,
        effects=effects,
        address=f"{asked.address}/{OFF if off else 'switch-on'}",
        form=form,
        errors=errors_of(form),
    )
