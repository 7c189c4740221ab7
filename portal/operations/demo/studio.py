"""A demo studio laid out as values, and brought into being by the operations that real studios use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.gateways.recurrence import days_of
from portal.models.business import BusinessFacts
from portal.models.classes import ClassSeries, ClassSession
from portal.models.database import db
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import NewBusiness, end_set_up, open_business, set_public_address
from portal.operations.discount_codes import NewDiscountCode, add_discount_code
from portal.operations.pass_shop import NewPurchaseOption, add_purchase_option
from portal.operations.schedules import add_schedule, count_classes, has_schedule, top_up_series
from portal.operations.timetable import NewSeries, Series, Slot, add_series, schedule_classes
from portal.rules.facts import DiscountKind, PassTerms, Reduces
from portal.rules.instalments import InstalmentTerms
from portal.rules.validity import Validity
from portal.rules.weekly import Weekday, Weekly

WEEKS_BEHIND = 13
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySeries:
    """A series, and when it takes place week by week, by the clock on the studio's wall (T1)."""

    series: NewSeries
    days: tuple[Weekday, ...]
    slot: Slot

    def dates(self, first: date, last: date) -> list[date]:
        """Its dates between two, both included."""
        return days_of(Weekly(self.days, first), first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPass:
    """A pass for the shop; it covers the series of these names, or all of them."""

    name: str
    description: str
    price: int
    validity: Validity
    uses: int | None
    covers: tuple[str, ...] = ()
    uses_per_week: int | None = None
    instalments: InstalmentTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCode:
    """A discount code; ``covers`` names a series."""

    text: str
    kind: DiscountKind
    value: int
    reduces: Reduces = Reduces.TICKETS
    covers: str | None = None
    ended: timedelta | None = None
    bookings_limit: int | None = None


@dataclass(frozen=True, slots=True)
class DemoStudio:
    """A studio's layout: who it is, what it teaches and what it sells."""

    business: NewBusiness
    timetable: tuple[WeeklySeries, ...]
    passes: tuple[DemoPass, ...]
    codes: tuple[DemoCode, ...]


@dataclass(frozen=True, slots=True)
class OpenStudio:
    """A studio that has come into being, its things by their names."""

    business: BusinessFacts
    series: Mapping[str, Series]
    purchase_options: Mapping[str, UUID]

    def next_class(self, series: str, after: datetime, *, skip: int = 0) -> UUID:
        """The next class of a series after a moment, or a later one."""
        return db.session.execute(
            select(ClassSession.id)
            .where(
                ClassSession.business_id == self.business.id,
                ClassSession.series_id == self.series[series].id,
                ClassSession.starts_at > after,
            )
            .order_by(ClassSession.starts_at)
            .offset(skip)
            .limit(1)
        ).scalar_one()


def open_studio(layout: DemoStudio, *, now: datetime) -> OpenStudio:
    """Open the studio before its first class, with its shop, its past classes and those to come."""
    opened = now - WEEKS_BEHIND * WEEK
    business = end_set_up(open_business(layout.business, actor=SYSTEM, now=opened), actor=SYSTEM, now=opened)
    series = {
        weekly.series.name: add_series(business, weekly.series, actor=SYSTEM, now=opened)
        for weekly in layout.timetable
    }
    for weekly in layout.timetable:
        _put_on(weekly, business, series[weekly.series.name].id, now)
    options = {
        one.name: add_purchase_option(business, _for_sale(one, series, position), actor=SYSTEM, now=opened)
        for position, one in enumerate(layout.passes)
    }
    for code in layout.codes:
        add_discount_code(business, _handed_out(code, series, now), actor=SYSTEM, now=opened)
    return OpenStudio(business, series, options)


def top_up(layout: DemoStudio, business: BusinessFacts, *, now: datetime) -> int:
    """Add the classes of the coming weeks that are not there yet, and nothing else; how many those are.

    A series that somebody renamed meanwhile is theirs now, and is left alone.
    """
    set_public_address(business, address=layout.business.public_address, actor=SYSTEM, now=now)
    names = {weekly.series.name for weekly in layout.timetable}
    there = db.session.scalars(
        select(ClassSeries).where(ClassSeries.business_id == business.id, ClassSeries.name.in_(names))
    )
    weekly = {one.series.name: one for one in layout.timetable}
    return sum(_topped_up(weekly[series.name], business, series.id, now) for series in there)


def _put_on(weekly: WeeklySeries, business: BusinessFacts, series_id: UUID, now: datetime) -> None:
    """The classes that were, up to today's, and the weekly time that those to come are made of."""
    today = business.day_of(now)
    past = weekly.dates(today - WEEKS_BEHIND * WEEK, today)
    schedule_classes(business, series_id=series_id, days=past, slot=weekly.slot, actor=SYSTEM, now=now)
    _go_on(weekly, business, series_id, now)


def _go_on(weekly: WeeklySeries, business: BusinessFacts, series_id: UUID, now: datetime) -> None:
    from_tomorrow = Weekly(weekly.days, business.day_of(now) + timedelta(days=1))
    add_schedule(business, series_id=series_id, weekly=from_tomorrow, slot=weekly.slot, actor=SYSTEM, now=now)


def _topped_up(weekly: WeeklySeries, business: BusinessFacts, series_id: UUID, now: datetime) -> int:
    """How many classes were added; a series of an older demo gets its weekly time first."""
    before = count_classes(business.id, series_id)
    if has_schedule(business.id, series_id):
        top_up_series(business, series_id, now=now)
    else:
        _go_on(weekly, business, series_id, now)
    return count_classes(business.id, series_id) - before


def _for_sale(one: DemoPass, series: Mapping[str, Series], position: int) -> NewPurchaseOption:
    return NewPurchaseOption(
        name=one.name,
        description=one.description,
        price=one.price,
        position=position,
        instalments=one.instalments,
        terms=PassTerms(
            validity=one.validity,
            uses=one.uses,
            uses_per_week=one.uses_per_week,
            series_ids=frozenset(series[name].id for name in one.covers) or None,
        ),
    )


def _handed_out(code: DemoCode, series: Mapping[str, Series], now: datetime) -> NewDiscountCode:
    return NewDiscountCode(
        code=code.text,
        kind=code.kind,
        value=code.value,
        reduces=code.reduces,
        series_ids=frozenset({series[code.covers].id}) if code.covers else frozenset(),
        ends_at=None if code.ended is None else now - code.ended,
        bookings_limit=code.bookings_limit,
    )
