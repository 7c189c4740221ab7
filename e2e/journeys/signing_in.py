"""How most journeys begin."""

from playwright.sync_api import Page

from e2e.pages.account import Account
from e2e.pages.sign_in import SignIn
from e2e.pages.staff import StaffSignIn, Today
from e2e.studio import Person


def sign_in(page: Page, person: Person) -> Account:
    """Sign in as a customer."""
    return SignIn.open(page).sign_in(person.email, person.password)


def sign_in_as_staff(page: Page, person: Person) -> Today:
    """Sign in as somebody who works at the studio."""
    return StaffSignIn.open(page).sign_in(person.email, person.password)
