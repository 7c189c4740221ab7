"""Setting a new password by a letter."""

from e2e.pages import account, register
from e2e.pages.screen import Screen


class ResetPassword(Screen):
    """Whose password was forgotten."""

    path = "/reset-password"
    heading = "Set a new password"

    def send_letter(self, email: str) -> "register.CheckYourEmail":
        """Ask for the letter."""
        self.field("E-mail").fill(email)
        self.press(self.button("Send the e-mail"))
        return register.CheckYourEmail(self.page)


class NewPassword(Screen):
    """Where the letter's link leads."""

    path = r"/reset-password/[^/]+"
    heading = "Set a new password"

    def set(self, password: str) -> "account.Account":
        """Set it, and be signed in."""
        self.send(password)
        return account.Account(self.page)

    def send(self, password: str) -> None:
        """Press Set password, whatever comes of it."""
        self.field("Password").fill(password)
        self.press(self.button("Set password"))
