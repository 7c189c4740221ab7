"""Codes that a studio hands out."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.models.database import db
from portal.models.discount_codes import DiscountCode
from portal.models.purchase_options import Coverage
from portal.operations.discount_codes import CodeTaken
from portal.rules.facts import DiscountKind
from tests.studio import a_business, a_class, a_code

pytestmark = pytest.mark.usefixtures("app")


def test_a_code_is_kept_as_it_was_written_and_found_without_case_or_space() -> None:
    a_code(a_business(), "  Spring20 ")
    kept = db.session.scalars(select(DiscountCode)).one()
    assert (kept.code, kept.code_key) == ("Spring20", "SPRING20")


def test_a_studio_has_a_code_once_whatever_its_case() -> None:
    studio = a_business()
    a_code(studio, "SPRING20")
    with pytest.raises(CodeTaken, match="You already have a code spring20"):
        a_code(studio, "spring20")


def test_two_studios_may_have_the_same_code() -> None:
    a_code(a_business("Mine"), "SPRING20")
    a_code(a_business("Theirs"), "SPRING20")
    assert len(db.session.scalars(select(DiscountCode)).all()) == 2


def test_each_kind_keeps_its_value() -> None:
    studio = a_business()
    a_code(studio, "A", percent=15)
    a_code(studio, "B", each=200)
    a_code(studio, "C", basket=500)
    kept = db.session.execute(select(DiscountCode.kind, DiscountCode.value).order_by(DiscountCode.code)).all()
    assert [tuple(row) for row in kept] == [
        (DiscountKind.PERCENT, 15),
        (DiscountKind.AMOUNT_EACH, 200),
        (DiscountKind.AMOUNT_BASKET, 500),
    ]


def test_a_code_is_limited_to_the_series_that_it_names() -> None:
    studio = a_business()
    yoga = a_class(studio)
    code = a_code(studio, covers=yoga)
    limit = db.session.scalars(select(Coverage).where(Coverage.discount_code_id == code.id)).one()
    assert limit.series_id == yoga.series_id


def test_a_code_cannot_be_limited_to_another_studios_classes() -> None:
    theirs = a_class(a_business("Theirs"))
    with pytest.raises(IntegrityError):
        a_code(a_business("Mine"), covers=theirs)
