"""Signing in and out."""

import re
from typing import Self

from e2e.pages import account, class_list, register, reset_password
from e2e.pages.screen import Screen


class SignIn(Screen):
    """The form that lets a customer in."""

    path = "/sign-in"
    heading = "Sign in"

    def fill(self, email: str, password: str) -> Self:
        """Type address and password."""
        self.field("E-mail").fill(email)
        self.field("Password").fill(password)
        return self

    def sign_in(self, email: str, password: str) -> "account.Account":
        """Sign in, and arrive at the account."""
        self.send(email, password)
        return account.Account(self.page)

    def send(self, email: str, password: str) -> None:
        """Sign in on the way to somewhere else."""
        self.fill(email, password)
        self.press(self.button("Sign in"))

    def sign_in_in_vain(self, email: str, password: str) -> Self:
        """Sign in with what does not match."""
        self.send(email, password)
        return type(self)(self.page)

    def to_register(self) -> "register.Register":
        """Follow Register."""
        self.follow(self.link("Register"))
        return register.Register(self.page)

    def forgot_password(self) -> "reset_password.ResetPassword":
        """Follow the link of whoever has forgotten it."""
        self.follow(self.link("Forgotten your password?"))
        return reset_password.ResetPassword(self.page)


class SignOut(Screen):
    """Sign out here, or everywhere."""

    path = "/sign-out"
    heading = "Sign out"

    def sign_out(self) -> "class_list.ClassList":
        """Press Sign out."""
        self.press(self.button("Sign out"))
        return class_list.ClassList(self.page)

    def sign_out_everywhere(self) -> "class_list.ClassList":
        """Press Sign out everywhere."""
        self.press(self.button("Sign out everywhere"))
        return class_list.ClassList(self.page)


class StaleForm(Screen):
    """What a form says that was sent after its session had ended."""

    path = r"/.*"
    heading = re.compile(r"^Please send that again$")
