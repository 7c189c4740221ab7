"""Give a client a pass without a sale (B2, S9; address: /staff/clients/<id>/passes/issue)."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectChoice, SelectField
from wtforms.validators import InputRequired

from portal.models.client_pages import Client
from portal.models.database import new_id, transaction
from portal.models.option_pages import ListedOption, options_to_issue
from portal.operations.pass_shop import issue_pass
from portal.rules.roles import Capability
from portal.rules.sentences import Sentence
from portal.web.forms import errors_of
from portal.web.staff.act_forms import ActForm, acting, reason_field, refusals_shown
from portal.web.staff.client_shown import client_shown, pass_shown
from portal.web.staff.pass_acts.act_page import finished, passes_address
from portal.web.visitor import business, now, staff_needed

pages = Blueprint("pass_issue", __name__)


class IssueForm(ActForm):
    """Which pass, and why. ``new_pass`` is the id that it will have, so that the form acts once."""

    new_pass = HiddenField()
    option = SelectField(
        "Purchase Option", validators=[InputRequired("Choose a purchase option.")], validate_choice=False
    )
    reason = reason_field()

    @property
    def pass_id(self) -> UUID | None:
        """The id that the form brought along; None where it brought none."""
        try:
            return UUID(self.new_pass.data or "")
        except ValueError:
            return None


@pages.get("/staff/clients/<uuid:client_id>/passes/issue")
@staff_needed(Capability.CLIENTS)
def ask(client_id: UUID) -> ResponseReturnValue:
    """The form."""
    return _page(client_shown(client_id), options_to_issue(business().id), IssueForm())


@pages.post("/staff/clients/<uuid:client_id>/passes/issue")
@staff_needed(Capability.CLIENTS)
def issue(client_id: UUID) -> ResponseReturnValue:
    """Issue pass."""
    client = client_shown(client_id)
    options = options_to_issue(business().id)
    form = IssueForm()
    if form.validate_on_submit():
        chosen = next((option for option in options if str(option.id) == form.option.data), None)
        if chosen is None:
            form.option.errors = ["This purchase option is no longer there. Choose another one."]
        else:
            with refusals_shown(form):
                with transaction():
                    pass_id = issue_pass(
                        business(),
                        customer_id=client_id,
                        purchase_option_id=chosen.id,
                        pass_id=form.pass_id,
                        reason=form.reason.data,
                        actor=acting(),
                        now=now(),
                    )
                told = Sentence("{client} has a {name} now.", {"client": client.name, "name": chosen.name})
                return finished(pass_shown(client_id, pass_id), told)
    return _page(client, options, form), form.status


def _page(client: Client, options: list[ListedOption], form: IssueForm) -> str:
    named = [SelectChoice(str(option.id), option.name) for option in options]
    form.new_pass.data = str(form.pass_id or new_id())
    form.option.choices = [SelectChoice("", "Choose one"), *named]
    return render_template(
        "staff/pass_acts/issue.html",
        client=client,
        passes=passes_address(client.id),
        form=form,
        errors=errors_of(form),
        options=options,
    )
