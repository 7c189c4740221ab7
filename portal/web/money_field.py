"""An amount of money as people type it, in minor units of the studio's currency (R3)."""

import re
from typing import Any
from unicodedata import category

from wtforms import Field
from wtforms.widgets import TextInput

from portal.rules.money import minor_digits
from portal.web.visitor import business

MOST_DIGITS = 7
NOT_AN_AMOUNT = "Enter an amount, like {example}."


class MoneyField(Field):  # type: ignore[misc]  # WTForms is untyped
    """Reads "12", "12.50", "12,50" or "£12.50" as 1250; what is none of these stays in the field."""

    widget = TextInput()
    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else written(self.data, business().currency)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.data = None
        if valuelist and valuelist[0].strip():
            currency = business().currency
            self.data = read(valuelist[0], currency)
            if self.data is None:
                raise ValueError(
                    NOT_AN_AMOUNT.format(example=written(10 ** minor_digits(currency) * 12, currency))
                )


def read(text: str, currency: str) -> int | None:
    """An amount in minor units; None for what is none, is below zero, or has parts of a minor unit."""
    digits = minor_digits(currency)
    parts = rf"(?:[.,](\d{{1,{digits}}}))?" if digits else "()"
    bare = "".join(letter for letter in text if category(letter) != "Sc").strip().removeprefix(currency)
    found = re.fullmatch(rf"(\d{{1,{MOST_DIGITS}}}){parts}", bare.strip(), re.ASCII)
    if found is None:
        return None
    whole, part = found.group(1), found.group(2) or ""
    return int(whole + part.ljust(digits, "0"))


def written(amount: int, currency: str) -> str:
    """Minor units as a form shows them: "12.50"."""
    digits = minor_digits(currency)
    whole, part = divmod(amount, 10**digits)
    return f"{whole}.{part:0{digits}}" if digits else str(whole)
