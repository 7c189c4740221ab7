"""Staff find every listed client by what the client is called now (S1)."""

from collections.abc import Iterable, Iterator

from sqlalchemy import and_, func, select

from portal.models.client_words import in_one_line, words_of
from portal.models.people import Customer, CustomerWord
from portal.operations.verification.invariant import AnyRow, Invariant, count_of

_BREAK = "\n"


def _found_otherwise(rows: Iterable[AnyRow]) -> Iterator[str]:
    """Clients whose kept words, or the line of them in any row, are others than their facts make."""
    for row in rows:
        wanted = words_of(name=row.name, email=row.email, phone=row.phone)
        kept = set((row.words or "").split(_BREAK)) - {""}
        if astray := kept ^ wanted:
            yield f"customer {row.customer}: words {len(kept)}, wanted {len(wanted)}, first {min(astray)}"
        elif {_words_in(row.least), _words_in(row.most)} != {_words_in(in_one_line(wanted))}:
            yield f"customer {row.customer}: all words{row.least}, wanted{in_one_line(wanted)}"


def _words_in(line: str) -> frozenset[str]:
    return frozenset(line.split())


CLIENTS = (
    Invariant(
        "Every listed client is found by the words of their name, address and phone number",
        count_of(Customer, Customer.is_listed),
        select(
            Customer.id.label("customer"),
            Customer.name,
            Customer.email,
            Customer.phone,
            func.aggregate_strings(CustomerWord.word, _BREAK).label("words"),
            func.coalesce(func.min(CustomerWord.all_words), "").label("least"),
            func.coalesce(func.max(CustomerWord.all_words), "").label("most"),
        )
        .outerjoin(
            CustomerWord,
            and_(CustomerWord.business_id == Customer.business_id, CustomerWord.customer_id == Customer.id),
        )
        .where(Customer.is_listed)
        .group_by(Customer.business_id, Customer.id),
        _found_otherwise,
    ),
)
