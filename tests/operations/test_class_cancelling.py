"""The studio cancels a class: everybody gets everything back, and passes grow by the days (C6)."""

import pytest

from tests.class_cancellations import class_cancelled, class_preview
from tests.studio import a_booking, a_business, a_class, a_customer, a_pass_of, a_staff_member

pytestmark = pytest.mark.usefixtures("app")


def test_first() -> None:
    studio = a_business()
    olive, ada = a_staff_member(studio), a_customer(studio)
    yoga = a_class(studio)
    a_pass_of(ada)
    a_booking(ada, yoga)
    a_booking(studio, yoga)
    shown = class_preview(yoga)
    assert (shown.tickets, shown.uses_returned, shown.to_card) == (2, 1, 1200)
    class_cancelled(yoga, by=olive, days=7)
