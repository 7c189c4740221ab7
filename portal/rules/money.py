"""Arithmetic of money in whole minor units (pence, cents, yen), never a float (R3)."""

from collections.abc import Sequence

# Currencies whose minor unit is not a hundredth, as Stripe counts it (docs.stripe.com/currencies): hundredths
# of the Ugandan shilling and of the Icelandic króna, which ISO 4217 has none of, but whole Malagasy ariary.
_NO_MINOR_UNIT = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])

MOST_MONEY = 100_000_000
"""The largest price, discount or least spend that a studio can set, in minor units: above it is a slip."""


def minor_digits(currency: str) -> int:
    """How many decimal places the currency's minor unit stands for: 2 for GBP, 0 for JPY, 3 for KWD."""
    if currency in _NO_MINOR_UNIT:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def percent_of(amount: int, percent: int) -> int:
    """``percent`` whole percent of ``amount`` minor units, rounded half up (R3)."""
    return (amount * percent + 50) // 100


def share_out(total: int, prices: Sequence[int]) -> tuple[int, ...]:
    """``total`` in proportion to ``prices``, in whole minor units that add up to it exactly (D4).

    What rounding leaves goes to the largest fractions, the earlier price first where they tie. A total above
    the sum of the prices is cut down to it, so that no share exceeds its price.
    """
    whole = sum(prices)
    total = min(total, whole)
    if total <= 0:
        return (0,) * len(prices)
    shares = [total * price // whole for price in prices]
    by_fraction = sorted(range(len(prices)), key=lambda at: -(total * prices[at] % whole))
    for at in by_fraction[: total - sum(shares)]:
        shares[at] += 1
    return tuple(shares)
