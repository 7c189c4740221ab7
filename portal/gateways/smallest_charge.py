"""The least that Stripe charges (docs.stripe.com/currencies, M6)."""

_SMALLEST = {
    "AED": 200,
    "AUD": 50,
    "BGN": 100,
    "BRL": 50,
    "CAD": 50,
    "CHF": 50,
    "CZK": 1500,
    "DKK": 250,
    "EUR": 50,
    "GBP": 30,
    "HKD": 400,
    "HUF": 17500,
    "INR": 50,
    "JPY": 50,
    "MXN": 1000,
    "MYR": 200,
    "NOK": 300,
    "NZD": 50,
    "PLN": 200,
    "RON": 200,
    "SEK": 300,
    "SGD": 50,
    "THB": 1000,
    "USD": 50,
}


def smallest_charge(currency: str) -> int:
    """The least that Stripe takes in a currency, in minor units (M6); 50 where Stripe names no figure."""
    return _SMALLEST.get(currency.upper(), 50)
