"""Two-factor sign-in on one's own page: set up, new recovery codes, turned off (address:
/staff/profile/two-factor and below).
"""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired

from portal.gateways.authenticators import NONCE_BYTES, new_nonce
from portal.models.database import transaction
from portal.operations.second_factors import (
    SecondFactorNeeded,
    SecondFactorOn,
    WrongCode,
    count_code_try,
    renew_recovery_codes,
    set_up_second_factor,
    take_code,
    turn_off_second_factor,
)
from portal.operations.throttling import TooManyTries
from portal.outside import outside
from portal.rules.roles import Capability
from portal.web.forms import UNPROCESSABLE, errors_of
from portal.web.notices import tell, warn
from portal.web.qr_codes import qr_code
from portal.web.staff.act_forms import ActForm, refusals_shown
from portal.web.staff.code_field import code_field
from portal.web.staff.profile import ADDRESS as PROFILE
from portal.web.staff.profile import own, password_is_right
from portal.web.visitor import TWO_FACTOR, business, now, staff, staff_needed

pages = Blueprint("staff_two_factor", __name__)


class SetUpForm(ActForm):
    """The first code of the app; ``nonce`` is what the secret on the page was made of."""

    nonce = HiddenField()
    code = code_field("Code from the app")

    @property
    def known_nonce(self) -> str:
        """The nonce that the form brought along, or a new one."""
        brought = self.nonce.data or ""
        fits = len(brought) == 2 * NONCE_BYTES and brought.isalnum() and brought.isascii()
        return brought if fits else new_nonce()


class SureForm(ActForm):
    """Password and code: whoever sits down at a browser that somebody left open has neither."""

    password = PasswordField("Password", validators=[InputRequired("Enter your password.")])
    code = code_field()


@pages.get(TWO_FACTOR)
@staff_needed(Capability.OWN)
def ask() -> ResponseReturnValue:
    """What to scan, and where to type the first code; with it on already, back to the profile."""
    return redirect(PROFILE, code=303) if staff().has_second_factor else _set_up_page(SetUpForm())


@pages.post(TWO_FACTOR)
@staff_needed(Capability.OWN)
def set_up() -> ResponseReturnValue:
    """Turn it on, and show the recovery codes, this once."""
    form = SetUpForm()
    if form.validate_on_submit():
        try:
            with refusals_shown(form, {WrongCode: form.code, TooManyTries: form.code}):
                _count()
                with transaction():
                    codes = set_up_second_factor(
                        business(),
                        staff().id,
                        nonce=form.known_nonce,
                        code=form.code.data,
                        authenticators=outside().authenticators,
                        now=now(),
                    )
                return _codes_page(codes, is_new=True)
        except SecondFactorOn as refusal:
            warn(refusal)
            return redirect(PROFILE, code=303)
    return _set_up_page(form), UNPROCESSABLE


@pages.get(f"{TWO_FACTOR}/<any(removal, codes):act>")
@staff_needed(Capability.OWN)
def ask_again(act: str) -> ResponseReturnValue:
    """Password and code, before it is turned off or new recovery codes are made."""
    if not staff().has_second_factor:
        return redirect(PROFILE, code=303)
    return _sure_page(act, SureForm())


@pages.post(f"{TWO_FACTOR}/<any(removal, codes):act>")
@staff_needed(Capability.OWN)
def change(act: str) -> ResponseReturnValue:
    """Turn it off, or make new recovery codes."""
    form = SureForm()
    if form.validate_on_submit() and password_is_right(form, form.password):
        beside = {WrongCode: form.code, TooManyTries: form.code}
        with refusals_shown(form, beside):
            _count()
            with transaction():
                codes = _carried_out(act, form)
            if act == "codes":
                return _codes_page(codes, is_new=False)
            tell("Two-factor sign-in is off. Your password alone lets you in.")
            return redirect(PROFILE, code=303)
    return _sure_page(act, form), form.status


def _carried_out(act: str, form: SureForm) -> Sequence[str]:
    keys = (business(), staff().id)
    if act == "removal" and staff().needs_second_factor:
        raise SecondFactorNeeded
    take_code(*keys, form.code.data, authenticators=outside().authenticators, now=now())
    if act == "codes":
        return renew_recovery_codes(*keys, now=now())
    turn_off_second_factor(*keys, now=now())
    return ()


def _count() -> None:
    with transaction():
        count_code_try(business().id, staff().id, now=now())


def _set_up_page(form: SetUpForm) -> str:
    nonce, apps = form.known_nonce, outside().authenticators
    form.nonce.data = nonce
    secret = apps.secret_of(nonce)
    return render_template(
        "staff/profile/set_up.html",
        form=form,
        errors=errors_of(form),
        drawing=qr_code(
            apps.address_of(nonce, issuer=business().name, name=own().email),
            label="QR code for your authenticator app",
        ),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        is_needed=staff().needs_second_factor,
        address=TWO_FACTOR,
        profile=PROFILE,
    )


def _codes_page(codes: Sequence[str], *, is_new: bool) -> str:
    return render_template("staff/profile/codes.html", codes=codes, is_new=is_new, profile=PROFILE)


def _sure_page(act: str, form: SureForm) -> str:
    return render_template(
        "staff/profile/sure.html",
        which=act,
        form=form,
        errors=errors_of(form),
        address=f"{TWO_FACTOR}/{act}",
        profile=PROFILE,
        is_needed=staff().needs_second_factor,
    )
