"""Keeping the words by which staff find a client beside the client (S1)."""

from sqlalchemy import bindparam, delete, insert, select

from portal.models.client_words import in_one_line, words_of
from portal.models.database import db
from portal.models.people import Customer, CustomerWord

CLIENTS_AT_A_TIME = 200

_KEPT = select(CustomerWord.word, CustomerWord.all_words).where(
    CustomerWord.business_id == bindparam("business_id"), CustomerWord.customer_id == bindparam("customer_id")
)

_UNLISTED = (
    select(Customer).where(~Customer.is_listed).limit(CLIENTS_AT_A_TIME).with_for_update(skip_locked=True)
)


def keep_words(customer: Customer) -> None:
    """Make the client's words what their name, address and phone number are now; called whenever one of them
    comes or changes. The row itself is there already.
    """
    key = {"business_id": customer.business_id, "customer_id": customer.id}
    words = words_of(name=customer.name, email=customer.email, phone=customer.phone)
    line = in_one_line(words)
    wanted = {(word, line) for word in words}
    kept = {(row.word, row.all_words) for row in db.session.execute(_KEPT, key)}
    if gone := kept - wanted:
        db.session.execute(
            delete(CustomerWord).where(
                CustomerWord.business_id == customer.business_id,
                CustomerWord.customer_id == customer.id,
                CustomerWord.word.in_([word for word, _ in gone]),
            )
        )
    if new := wanted - kept:
        db.session.execute(
            insert(CustomerWord), [key | {"word": word, "all_words": line} for word, line in sorted(new)]
        )
    customer.is_listed = True


def list_unlisted_clients() -> int:
    """Keep the words of some clients that have none yet; how many. Called until there is none left."""
    unlisted = db.session.scalars(_UNLISTED).all()
    for customer in unlisted:
        keep_words(customer)
    return len(unlisted)
