"""Tables, named queries, and questions about one row. Importing this package knows every table."""

from portal.models import (
    audit,
    baskets,
    bookings,
    business,
    class_passes,
    classes,
    discount_codes,
    letters,
    payments,
    people,
    purchase_options,
    throttles,
    visits,
)

__all__ = [
    "audit",
    "baskets",
    "bookings",
    "business",
    "class_passes",
    "classes",
    "discount_codes",
    "letters",
    "payments",
    "people",
    "purchase_options",
    "throttles",
    "visits",
]
