"""Looking for a class: the list by day, its filters in the address, a page for each."""

import re

from playwright.sync_api import Page, expect

from e2e.journeys.devices import SCRIPT_ON_PHONE_PLAIN_ON_DESK
from e2e.pages.class_list import ClassList
from e2e.pages.class_page import ClassPage
from e2e.studio import Studio

pytestmark = SCRIPT_ON_PHONE_PLAIN_ON_DESK


def test_classes_are_found_by_series_teacher_and_day(page: Page, studio: Studio) -> None:
    dance = studio.puts_on("Contemporary Dance", in_days=9, places=3)

    of_the_series = ClassList.open(page).show(series="Contemporary Dance").lists_only("Contemporary Dance")
    on_the_day = of_the_series.show(series="Contemporary Dance", teacher="Léa Moreau", day=dance.on_date)

    expect(page).to_have_url(
        re.compile(rf"\?series=[0-9a-f-]{{36}}&teacher=L%C3%A9a\+Moreau&day={dance.on_date}$")
    )
    on_the_day.lists("Contemporary Dance", "Léa Moreau", "3 places left", "from £9.50")
    on_the_day.says(re.compile(r"^All times are London time \("))
    found = on_the_day.pick("Contemporary Dance")
    found.says("Léa Moreau").says("Long Hall").has_places("3 places left")


def test_filters_in_the_address_work_in_a_bookmark(page: Page, studio: Studio) -> None:
    clay = studio.puts_on("Wheel Throwing", in_days=10)

    listed = ClassList.open(page, f"?teacher=Hannah+Adeyemi&day={clay.on_date}").lists_only("Wheel Throwing")

    expect(listed.field("Teacher")).to_have_value("Hannah Adeyemi")
    expect(listed.field("Day")).to_have_value(clay.on_date.isoformat())
    listed.show_all()
    expect(page).to_have_url(re.compile(r"/$"))


def test_a_day_without_classes_says_what_to_do_next(page: Page, studio: Studio) -> None:
    far_away = ClassList.open(page, "?day=2199-01-01")

    far_away.says("Pick another day, or see all that is to come.")
    far_away.follow(far_away.link("Show all classes"))
    ClassList(page).lists("Morning Yoga", "Maya Lindqvist")


def test_a_full_class_says_so_and_takes_no_more(page: Page, studio: Studio) -> None:
    swing = studio.puts_on("Swing for Beginners", places=1)
    studio.fills(swing)

    full = ClassPage.of(page, swing.id).has_places("Full")

    full.says("This class is full.").says("Other dates")
    expect(full.button("Add to basket")).to_have_count(0)
