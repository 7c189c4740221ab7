"""Who works here: invited, let in, with a second factor."""

from datetime import UTC, datetime
from typing import Self

import pyotp

from e2e.pages.screen import Screen
from e2e.pages.staff import StaffScreen, Today


class Invitation(StaffScreen):
    """Settings › Staff › Invite."""

    path = "/staff/settings/staff/invitation"
    heading = "Invite somebody to work here"

    def invite(self, name: str, email: str, role: str) -> "StaffList":
        """Fill it in, and send it."""
        self.field("Name").fill(name)
        self.field("E-mail").fill(email)
        self.main.get_by_role("radio", name=role).check()
        self.press(self.button("Send invitation"))
        return StaffList(self.page)


class StaffList(StaffScreen):
    """Settings › Staff."""

    path = "/staff/settings/staff"
    heading = "Staff"

    def to_invitation(self) -> Invitation:
        """Follow Invite."""
        self.follow(self.link("Invite"))
        return Invitation(self.page)


class JoinStaff(Screen):
    """Where the link of an invitation leads."""

    path = r"/staff/invitations/[\w-]+"
    heading = "Join the staff of Riverside Studio"

    def accept(self, password: str) -> None:
        """Choose a password, and press the button."""
        self.field("Password").fill(password)
        self.press(self.button("Accept and sign in"))


class SetUpTwoFactor(StaffScreen):
    """What to scan or type, and the first code."""

    path = "/staff/profile/two-factor"
    heading = "Set up two-factor sign-in"

    @property
    def secret(self) -> str:
        """The key to type into an app."""
        return self.main.locator(".secret-key").inner_text().replace(" ", "")

    def turn_on(self, code: str) -> list[str]:
        """Type the first code; the recovery codes."""
        self.field("Code from the app").fill(code)
        self.press(self.button("Turn it on"))
        return self.main.locator(".recovery-codes li").all_inner_texts()


class SecondStep(Screen):
    """The code after the password."""

    path = "/staff/sign-in/code"
    heading = "Two-factor sign-in"

    def enter(self, code: str) -> Today:
        """Type a code, and come in."""
        self.send(code)
        return Today(self.page)

    def enter_in_vain(self, code: str) -> Self:
        """Type one that is not taken."""
        self.send(code)
        return type(self)(self.page)

    def send(self, code: str) -> None:
        """Type a code, and press the button."""
        self.field("Code").fill(code)
        self.press(self.button("Sign in"))


class AnApp:
    """An authenticator app that learned the key of the page."""

    def __init__(self, secret: str) -> None:
        self._totp = pyotp.TOTP(secret)

    def shows(self, steps: int = 0) -> str:
        """Its code of now, or of some steps on: that of the next step is taken too."""
        return self._totp.at(datetime.now(UTC), counter_offset=steps)
