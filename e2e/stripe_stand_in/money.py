"""Currencies, Stripe's smallest and largest amounts, and amounts as words. All amounts are minor units."""

from .errors import bad_parameter

#: Smallest charge by currency (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts).
SMALLEST = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50,
    "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
LARGEST = 99_999_999
WITHOUT_MINOR_UNIT = {"jpy"}
SYMBOL = {"gbp": "£", "usd": "$", "eur": "€", "jpy": "¥", "aud": "A$", "cad": "CA$", "nzd": "NZ$"}


def in_words(amount: int, currency: str) -> str:
    """An amount as a person writes it: £12.00; a currency without a sign of its own comes after."""
    number = f"{amount:,}" if currency in WITHOUT_MINOR_UNIT else f"{amount / 100:,.2f}"
    return f"{SYMBOL[currency]}{number}" if currency in SYMBOL else f"{number} {currency.upper()}"


def known_currency(currency: str, *, param: str = "currency") -> str:
    """The currency in lower case. Refuses one that Stripe does not have."""
    known = currency.lower()
    if known not in SMALLEST:
        currencies = ", ".join(sorted(SMALLEST))
        raise bad_parameter(
            f"Invalid currency: {known}. Stripe currently supports these currencies: {currencies}",
            param=param,
        )
    return known


def chargeable(amount: int, currency: str, *, whose: str = "Amount", param: str = "amount") -> int:
    """The amount itself. Refuses one below Stripe's smallest charge in that currency or above its largest."""
    if amount < SMALLEST[currency]:
        smallest = in_words(SMALLEST[currency], currency)
        raise bad_parameter(
            f"{whose} must be at least {smallest} {currency}", param=param, code="amount_too_small"
        )
    if amount > LARGEST:
        largest = in_words(LARGEST, currency)
        raise bad_parameter(f"{whose} must be no more than {largest}", param=param, code="amount_too_large")
    return amount
