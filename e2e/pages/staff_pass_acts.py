"""The pages that ask before staff act on a pass."""

import re
from datetime import date
from typing import Self

from playwright.sync_api import expect

from e2e.pages import staff_clients, staff_passes, staff_purchase_options

PASS = r"/staff/clients/[0-9a-f-]{36}/passes/[0-9a-f-]{36}"


class PassAct(staff_clients.ClientScreen):
    """What will happen, why, and the button."""

    def because(self, reason: str) -> Self:
        """Say why."""
        self.field("Reason").fill(reason)
        return self

    def will(self, about: str, *told: str) -> Self:
        """Check what it says, at a glance, will happen."""
        effect = self.main.locator(".glance > div").filter(
            has=self.page.locator("dt", has_text=re.compile(f"^{about}$"))
        )
        for sentence in told:
            expect(effect.locator("dd")).to_contain_text(sentence)
        return self

    def send(self, button: str) -> "staff_passes.ClientPasses":
        """Press the button that does it."""
        self.press(self.button(button))
        return staff_passes.ClientPasses(self.page)

    def send_in_vain(self, button: str) -> Self:
        """Press it where something is missing or refused."""
        self.press(self.button(button))
        return type(self)(self.page)


class Deactivation(PassAct):
    """Deactivate a pass at once (S2–S5)."""

    path = rf"{PASS}/deactivation"
    heading = re.compile(r"^Deactivate ")
    question = "Charge the outstanding balance to the client’s account?"

    def asks_about(self, amount: str) -> Self:
        """Check that S5's question stands there, with nothing chosen."""
        answers = self.main.get_by_role("group", name=self.question).get_by_role("radio")
        expect(answers).to_have_count(2)
        for answer in answers.all():
            expect(answer).not_to_be_checked()
        expect(self.field(f"Yes, charge {amount} to the client’s account")).to_be_visible()
        return self

    def asks_nothing_about_money(self) -> Self:
        """Check that it does not."""
        expect(self.main.get_by_role("radio")).to_have_count(0)
        return self

    def answer(self, words: str) -> Self:
        """Choose an answer."""
        self.field(words).check()
        return self

    def wants_an_answer(self) -> Self:
        """Check that the question is called unanswered: in the summary, and beside it in the same words."""
        sentence = "Choose whether to charge the outstanding balance to the client's account."
        summary = self.main.get_by_role("alert", name="There is a problem")
        summary.get_by_role("link", name=sentence).click()
        first = self.main.get_by_role("radio").first
        expect(first).to_be_focused()
        expect(first).to_have_accessible_description(sentence)
        return self

    def deactivate(self) -> "staff_passes.ClientPasses":
        """Press DEACTIVATE."""
        return self.send("DEACTIVATE")

    def deactivate_in_vain(self) -> Self:
        """Press DEACTIVATE where something is missing."""
        return self.send_in_vain("DEACTIVATE")

    def keep(self) -> "staff_passes.ClientPasses":
        """Follow Keep the pass."""
        self.follow(self.link("Keep the pass"))
        return staff_passes.ClientPasses(self.page)


class Activation(PassAct):
    """Make a pass usable again (S7, S8)."""

    path = rf"{PASS}/activation"
    heading = re.compile(r"^Reactivate ")

    def until(self, day: date) -> Self:
        """Give it a new expiry date."""
        self.field("New expiry date").fill(day.isoformat())
        return self

    def asks_for_no_date(self) -> Self:
        """Check that its own validity will do."""
        expect(self.field("New expiry date")).to_have_count(0)
        return self

    def reactivate(self) -> "staff_passes.ClientPasses":
        """Press Reactivate."""
        return self.send("Reactivate")

    def reactivate_in_vain(self) -> Self:
        """Press Reactivate where it is refused."""
        return self.send_in_vain("Reactivate")

    def to_purchase_options(self) -> "staff_purchase_options.PurchaseOptions":
        """Follow the link to where the purchase option can be activated."""
        self.follow(self.link("Purchase Options"))
        return staff_purchase_options.PurchaseOptions(self.page)


class EditPurchaseOption(PassAct):
    """The client's own copy: its dates, and Advanced Settings › Termination (S6)."""

    path = rf"{PASS}/edit"
    heading = "Edit Purchase Option"

    def expires_on(self, day: date) -> Self:
        """Set an expiry date of the client's own."""
        self.field("Expiry date").fill(day.isoformat())
        return self

    def open_advanced_settings(self) -> Self:
        """Open Advanced Settings, unless they are."""
        if self.main.locator("details").get_attribute("open") is None:
            self.main.locator("summary", has_text="Advanced Settings").click()
        return self

    def terminate(self, day: date) -> Self:
        """Advanced Settings › Termination › Terminate, and a date."""
        termination = self.open_advanced_settings().main.get_by_role("group", name="Termination")
        termination.get_by_label("Terminate", exact=True).check()
        termination.get_by_label("Termination date", exact=True).fill(day.isoformat())
        return self

    def do_not_terminate(self) -> Self:
        """Clear Terminate."""
        self.open_advanced_settings().field("Terminate").uncheck()
        return self

    def save_for(self, client: str) -> "staff_passes.ClientPasses":
        """Press Save for [Client Name]."""
        return self.send(f"Save for {client}")

    def save_in_vain(self, client: str) -> Self:
        """Press it where something is refused."""
        return self.send_in_vain(f"Save for {client}")


class Extension(PassAct):
    """Add days to a pass."""

    path = rf"{PASS}/extension"
    heading = re.compile(r"^Extend ")

    def extend(self, days: int, reason: str) -> "staff_passes.ClientPasses":
        """Add days, and say why."""
        self.field("Days to add").fill(str(days))
        return self.because(reason).send("Extend")


class Pause(PassAct):
    """Pause a pass."""

    path = rf"{PASS}/pause"
    heading = re.compile(r"^Pause ")

    def pause(self, first_day: date, last_day: date, reason: str) -> "staff_passes.ClientPasses":
        """Pause it from one day to another."""
        self.field("First day").fill(first_day.isoformat())
        self.field("Last day").fill(last_day.isoformat())
        return self.because(reason).send("Pause")


class Adjustment(PassAct):
    """Add uses, or take some away."""

    path = rf"{PASS}/adjustment"
    heading = re.compile(r"^Adjust uses ")

    def take_away(self, uses: int, reason: str) -> "staff_passes.ClientPasses":
        """Take uses away, and say why."""
        self.field("Take uses away").check()
        self.field("How many uses").fill(str(uses))
        return self.because(reason).send("Adjust uses")


class Undo(PassAct):
    """Take back the last act."""

    path = rf"{PASS}/undo"
    heading = re.compile(r"^Undo ")

    def undo(self, reason: str) -> "staff_passes.ClientPasses":
        """Press Undo."""
        return self.because(reason).send("Undo")


class Issue(PassAct):
    """Give a client a pass."""

    path = r"/staff/clients/[0-9a-f-]{36}/passes/issue"
    heading = re.compile(r"^Give .* a pass$")

    def issue(self, name: str, reason: str) -> "staff_passes.ClientPasses":
        """Choose a purchase option, and say why."""
        self.field("Purchase Option").select_option(label=name)
        return self.because(reason).send("Issue pass")
