"""Harbour Pottery: a second studio on the same portal, which shares nothing with the first (B1)."""

from datetime import time

from portal.operations.businesses import NewBusiness
from portal.operations.demo.studio import DemoCode, DemoPass, DemoStudio, WeeklySeries
from portal.operations.timetable import NewSeries, NewTicketType, Slot
from portal.rules.facts import DiscountKind
from portal.rules.validity import FromFirstClass, Period, Unit
from portal.rules.weekly import Weekday

HOSTS = ("harbour.localhost",)
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday

OPEN_WHEEL = "Open Wheel Evening"
SUNDAY_CLAY = "Sunday Clay"
GLAZING = "Glazing Clinic"
SIX_VISITS = "Six studio visits"


def harbour(*, public_address: str) -> DemoStudio:
    """The studio as its owner set it up."""
    return DemoStudio(_business(public_address), _TIMETABLE, _PASSES, _CODES)


def _business(public_address: str) -> NewBusiness:
    return NewBusiness(
        name="Harbour Pottery",
        hosts=HOSTS,
        public_address=public_address,
        zone="Europe/London",
        currency="GBP",
        contact_email="potters@harbour-pottery.example",
        tagline="Clay, wheels and a warm kiln on the old quay",
        postal_address="Unit 2, Old Quay, Bristol BS1 6ZZ",
    )


_TIMETABLE = (
    WeeklySeries(
        series=NewSeries(
            name=OPEN_WHEEL,
            description="Your own wheel for two hours, with somebody at hand who knows.",
            teacher="Bea Trelawny",
            place="Wheel Shed",
            tickets=(NewTicketType("Adult", 2600), NewTicketType("Concession", 2000)),
        ),
        days=(TUE, THU),
        slot=Slot(at=time(18), minutes=120, capacity=8),
    ),
    WeeklySeries(
        series=NewSeries(
            name=SUNDAY_CLAY,
            description="Hand-building for grown-ups and children from eight.",
            teacher="Owen Pascoe",
            place="Long Table",
            tickets=(NewTicketType("Adult", 1800), NewTicketType("Child", 1000)),
        ),
        days=(SUN,),
        slot=Slot(at=time(10, 30), minutes=120, capacity=12),
    ),
    WeeklySeries(
        series=NewSeries(
            name=GLAZING,
            description="Bring your biscuit ware; leave with a plan and a dipped pot.",
            teacher="Bea Trelawny",
            place="Glaze Room",
            tickets=(NewTicketType("Adult", 1500),),
        ),
        days=(SAT,),
        slot=Slot(at=time(14), minutes=90, capacity=6),
    ),
)

_PASSES = (
    DemoPass(
        name=SIX_VISITS,
        description="Six visits of any kind within three months of the first.",
        price=12000,
        validity=FromFirstClass(Period(3, Unit.MONTHS)),
        uses=6,
    ),
)

_CODES = (DemoCode(text="QUAY10", kind=DiscountKind.PERCENT, value=10),)
