"""What staff do with a client's account: a charge, a credit, a refund to the card."""

import re
from typing import Self

from e2e.pages import staff_clients

ACCOUNT = r"/staff/clients/[0-9a-f-]{36}/account"


class AccountAct(staff_clients.ClientScreen):
    """How much, why, and the button."""

    path = rf"{ACCOUNT}/(charge|credit|refund)"
    heading = re.compile(r"^(Charge|Credit|Refund) ")

    def fill(self, amount: str, reason: str) -> Self:
        """Say how much and why."""
        self.field("Amount").fill(amount)
        self.field("Reason").fill(reason)
        return self

    def send(self, button: str) -> staff_clients.ClientAccount:
        """Press the button that does it."""
        self.press(self.button(button))
        return staff_clients.ClientAccount(self.page)

    def send_in_vain(self, button: str) -> Self:
        """Press it where something is missing or refused."""
        self.press(self.button(button))
        return type(self)(self.page)


def begin(account: staff_clients.ClientAccount, act: str) -> AccountAct:
    """Follow Add charge, Add credit or Refund to card."""
    account.follow(account.link(act))
    return AccountAct(account.page)
