"""What the pages of all acts on a pass share: the frame around the form, and the way back."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from portal.models.client_pages import ClientPass
from portal.operations.undoing import last_act
from portal.rules.roles import Capability
from portal.rules.sentences import Money, Sentence
from portal.web.forms import errors_of
from portal.web.notices import WayOn, tell
from portal.web.pass_cards import pass_card
from portal.web.staff.act_forms import ActForm, SeenForm
from portal.web.visitor import business, staff
from portal.web.wording import wording


def passes_address(client_id: UUID) -> str:
    """The client's Passes & Memberships."""
    return f"/staff/clients/{client_id}/passes"


def act_address(found: ClientPass, act: str) -> str:
    """The page of an act on a pass ("deactivation")."""
    return f"{passes_address(found.client.id)}/{found.id}/{act}"


def act_page(template: str, found: ClientPass, form: ActForm, **facts: Any) -> str:
    """The page that asks before an act; nothing has changed yet."""
    if isinstance(form, SeenForm):
        form.look_at(found.id)
    return render_template(
        f"staff/pass_acts/{template}.html",
        client=found.client,
        card=pass_card(found.in_account, wording().today),
        passes=passes_address(found.client.id),
        this_pass=f"{passes_address(found.client.id)}/{found.id}",
        form=form,
        errors=errors_of(form),
        **facts,
    )


def finished(found: ClientPass, sentence: Sentence) -> ResponseReturnValue:
    """Back to the client's passes, which say what was done, with Undo beside it where it can be undone."""
    undoable = staff().may(Capability.PASSES) and last_act(business().id, found.id)
    tell(sentence, WayOn("Undo", act_address(found, "undo")) if undoable else None)
    return redirect(passes_address(found.client.id), code=303)


def amount(minor: int) -> Money:
    """Minor units of the studio's currency, for a sentence."""
    return Money(minor, business().currency)
