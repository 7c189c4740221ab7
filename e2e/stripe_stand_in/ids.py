"""Ids and secrets that look like Stripe's."""

import random
import string

LETTERS = string.ascii_letters + string.digits


class Ids:
    """Makes ids. With a seed they come in the same order each run; without, they cannot be guessed."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = random.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311

    def new(self, prefix: str, length: int = 24) -> str:
        """An id such as `pi_3Nq…`: the prefix, an underscore and `length` letters and digits."""
        return f"{prefix}_{''.join(self._random.choices(LETTERS, k=length))}"

    def checkout_session(self) -> str:
        """An id of a Checkout Session, which at Stripe names its mode and is longer than others."""
        return self.new("cs_test", 58)
