"""How the words that clients are found by are broken behind the portal's back."""

from collections.abc import Callable, Iterable

from sqlalchemy import Executable, delete, insert, update

from portal.models.people import Customer, CustomerWord
from tests.operations.verification.busy_studio import BusyStudio

Damage = Callable[[BusyStudio], Iterable[Executable]]


def _word_too_many(studio: BusyStudio) -> Executable:
    return insert(CustomerWord).values(
        business_id=studio.business.id, customer_id=studio.ada.id, word="xylophone", all_words=" xylophone"
    )


CLIENT_DAMAGES: dict[str, list[Damage]] = {
    "Every listed client is found by the words of their name, address and phone number": [
        lambda s: [update(Customer).where(Customer.id == s.ada.id).values(name="Ada Lovelace")],
        lambda s: [delete(CustomerWord).where(CustomerWord.customer_id == s.ada.id)],
        lambda s: [_word_too_many(s)],
        lambda s: [
            update(CustomerWord)
            .where(CustomerWord.customer_id == s.ada.id, CustomerWord.word == "com")
            .values(all_words=" com")
        ],
    ],
}
