"""Settings › Embedding: the sites that may show the classes in a frame (/staff/settings/embedding)."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import TextAreaField

from portal.models.database import transaction
from portal.models.embedding import embedding_origins
from portal.operations.embedding import NoOrigin, TooManySites, list_embedding_sites
from portal.rules.roles import Capability
from portal.web.forms import errors_of
from portal.web.notices import tell
from portal.web.staff.act_forms import ActForm, acting, refusals_shown
from portal.web.visitor import business, now, staff_needed

ADDRESS = "/staff/settings/embedding"

pages = Blueprint("staff_embedding", __name__)


class SitesForm(ActForm):
    """One site a line."""

    sites = TextAreaField("Sites that may show your classes", render_kw={"rows": 5, "spellcheck": "false"})


@pages.get(ADDRESS)
@staff_needed(Capability.SETUP)
def show() -> ResponseReturnValue:
    """The sites as they stand, and what to put into them."""
    return _page(SitesForm(sites="\n".join(embedding_origins(business().id))))


@pages.post(ADDRESS)
@staff_needed(Capability.SETUP)
def save() -> ResponseReturnValue:
    """Save."""
    form = SitesForm()
    if form.validate_on_submit():
        with refusals_shown(form, {NoOrigin: form.sites, TooManySites: form.sites}):
            with transaction():
                kept = list_embedding_sites(
                    business(), (form.sites.data or "").splitlines(), actor=acting(), now=now()
                )
            tell(
                "Saved: these sites may show your classes."
                if kept
                else "Saved: no site may show your classes."
            )
            return redirect(ADDRESS, code=303)
    return _page(form), form.status


def _page(form: SitesForm) -> str:
    studio = business()
    return render_template(
        "staff/settings/embedding.html",
        address=ADDRESS,
        form=form,
        errors=errors_of(form),
        frame=f"{studio.public_address.rstrip('/')}/embed/classes",
        calendar=f"{studio.public_address.rstrip('/')}/classes.ics",
    )
