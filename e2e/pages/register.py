"""Opening an account."""

from e2e.pages import account
from e2e.pages.screen import Screen


class Register(Screen):
    """The form for a new account."""

    path = "/register"
    heading = "Register"

    def register(self, name: str, email: str, password: str) -> "CheckYourEmail":
        """Fill it in and press Register."""
        self.send(name, email, password)
        return CheckYourEmail(self.page)

    def send(self, name: str, email: str, password: str) -> None:
        """Fill it in and press Register, whatever comes of it."""
        self.field("Name").fill(name)
        self.field("E-mail").fill(email)
        self.field("Password").fill(password)
        self.press(self.button("Register"))


class CheckYourEmail(Screen):
    """What to do next: open the letter."""

    path = "/(register|reset-password)/letter"
    heading = "Check your e-mail"


class FinishAccount(Screen):
    """Where the letter's link leads: nothing happens before its button is pressed."""

    path = r"/register/[^/]+"
    heading = "Finish your account"

    def confirm(self) -> "account.Account":
        """Press Confirm and sign in, in the browser that asked."""
        self.send()
        return account.Account(self.page)

    def confirm_elsewhere(self, password: str) -> "account.Account":
        """In another browser: give the password that was chosen, too."""
        self.field("Password").fill(password)
        return self.confirm()

    def send(self) -> None:
        """Press Confirm and sign in, on the way to somewhere else."""
        self.press(self.button("Confirm and sign in"))


class EndedLink(Screen):
    """Where a letter's link leads that was used already, or is too old."""

    path = r"/(register|reset-password)/[^/]+"
    heading = "This link has ended"
