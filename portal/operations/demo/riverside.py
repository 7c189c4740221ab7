"""Riverside Studio: yoga, dance, pottery and climbing by the water."""

from datetime import date, time, timedelta

from portal.operations.businesses import NewBusiness
from portal.operations.demo.studio import WEEK, DemoCode, DemoPass, DemoStudio, WeeklySeries
from portal.operations.timetable import NewSeries, NewTicketType, Slot
from portal.rules.facts import DiscountKind, Reduces
from portal.rules.instalments import InstalmentTerms, Rhythm
from portal.rules.validity import FixedDates, FromFirstClass, FromPurchase, Period, Unit
from portal.rules.weekly import Weekday

HOSTS = ("localhost", "127.0.0.1", "[::1]")
MON, TUE, WED, THU, FRI, SAT, SUN = Weekday

MORNING_YOGA = "Morning Yoga"
VINYASA = "Vinyasa Flow"
YIN = "Yin & Restore"
CONTEMPORARY = "Contemporary Dance"
SWING = "Swing for Beginners"
WHEEL = "Wheel Throwing"
HAND_BUILDING = "Hand-building"
BOULDERING = "Bouldering Basics"
STRETCH = "Lunchtime Stretch"

ON_THE_FLOOR = (MORNING_YOGA, VINYASA, YIN, STRETCH, CONTEMPORARY, SWING)
NOT_POTTERY = (*ON_THE_FLOOR, BOULDERING)

TEN_CLASSES = "10-class pass"
FIVE_CLASSES = "5-class pass"
UNLIMITED = "Unlimited month"
TERM = "Term pass"
HALF_YEAR = "Half-year pass"
SUMMER = "Summer six"


def riverside(*, public_address: str, today: date) -> DemoStudio:
    """The studio as its owner set it up; the term is the one that ``today`` lies in the middle of."""
    return DemoStudio(_business(public_address), _TIMETABLE, _passes(today), _CODES)


def _business(public_address: str) -> NewBusiness:
    return NewBusiness(
        name="Riverside Studio",
        hosts=HOSTS,
        public_address=public_address,
        zone="Europe/London",
        currency="GBP",
        contact_email="hello@riverside-studio.example",
        tagline="Yoga, dance, clay and climbing by the water",
        postal_address="4 Ferry Lane, London SE1 9ZZ",
    )


_TIMETABLE = (
    WeeklySeries(
        series=NewSeries(
            name=MORNING_YOGA,
            description="An unhurried hour of hatha yoga to start the day. Mats, blocks and tea are here.",
            teacher="Maya Lindqvist",
            place="River Room",
            tickets=(NewTicketType("Adult", 1200), NewTicketType("Concession", 900)),
        ),
        days=(MON, TUE, THU, FRI),
        slot=Slot(at=time(7, 30), minutes=60, capacity=14),
    ),
    WeeklySeries(
        series=NewSeries(
            name=VINYASA,
            description="Breath-led and brisk, for those who know their sun salutations.",
            teacher="Tomás Herrera",
            place="River Room",
            tickets=(NewTicketType("Adult", 1400), NewTicketType("Concession", 1050)),
        ),
        days=(TUE, THU),
        slot=Slot(at=time(18, 15), minutes=75, capacity=16),
    ),
    WeeklySeries(
        series=NewSeries(
            name=YIN,
            description="Long, quiet holds by candlelight. Bring socks and a blanket you like.",
            teacher="Priya Raman",
            place="Loft",
            tickets=(NewTicketType("Adult", 1300), NewTicketType("Concession", 1000)),
        ),
        days=(SUN,),
        slot=Slot(at=time(17), minutes=75, capacity=12),
    ),
    WeeklySeries(
        series=NewSeries(
            name=STRETCH,
            description="Half an hour away from the desk. Come as you are; the first time is on us.",
            teacher="Maya Lindqvist",
            place="Loft",
            tickets=(NewTicketType("Adult", 600), NewTicketType("Taster", 0)),
        ),
        days=(MON, WED, FRI),
        slot=Slot(at=time(12, 30), minutes=30, capacity=12),
    ),
    WeeklySeries(
        series=NewSeries(
            name=CONTEMPORARY,
            description="Floor work, phrases and a little improvisation, at your own level.",
            teacher="Léa Moreau",
            place="Long Hall",
            tickets=(NewTicketType("Adult", 1300), NewTicketType("Concession", 950)),
        ),
        days=(MON,),
        slot=Slot(at=time(19), minutes=90, capacity=18),
    ),
    WeeklySeries(
        series=NewSeries(
            name=SWING,
            description="Lindy Hop from the first step, to a live piano. No partner needed.",
            teacher="Sam Okafor",
            place="Long Hall",
            tickets=(NewTicketType("Adult", 1100), NewTicketType("Concession", 800)),
        ),
        days=(THU,),
        slot=Slot(at=time(19, 30), minutes=75, capacity=24),
    ),
    WeeklySeries(
        series=NewSeries(
            name=WHEEL,
            description="An evening at the wheel for six. Clay, glazes and two firings are included.",
            teacher="Hannah Adeyemi",
            place="Kiln Room",
            tickets=(NewTicketType("Adult", 3400),),
        ),
        days=(WED,),
        slot=Slot(at=time(18, 30), minutes=150, capacity=6),
    ),
    WeeklySeries(
        series=NewSeries(
            name=HAND_BUILDING,
            description="Pinch, coil and slab: make a pot that holds water by lunchtime.",
            teacher="Jonas Whitfield",
            place="Kiln Room",
            tickets=(NewTicketType("Adult", 2800), NewTicketType("Concession", 2200)),
        ),
        days=(SAT,),
        slot=Slot(at=time(10), minutes=120, capacity=8),
    ),
    WeeklySeries(
        series=NewSeries(
            name=BOULDERING,
            description="Footwork, falling and reading the wall. Shoes and chalk to borrow.",
            teacher="Callum Reid",
            place="The Wall",
            tickets=(NewTicketType("Adult", 1600), NewTicketType("Concession", 1200)),
        ),
        days=(TUE, SAT),
        slot=Slot(at=time(14), minutes=90, capacity=8),
    ),
)


def _passes(today: date) -> tuple[DemoPass, ...]:
    term_begins = today - timedelta(days=today.weekday()) - 6 * WEEK
    return (
        DemoPass(
            name=TEN_CLASSES,
            description="Ten yoga, dance or climbing classes within 30 days.",
            price=9600,
            validity=FromFirstClass(Period(30, Unit.DAYS)),
            uses=10,
            covers=NOT_POTTERY,
        ),
        DemoPass(
            name=FIVE_CLASSES,
            description="Five yoga or dance classes within two months.",
            price=5500,
            validity=FromFirstClass(Period(2, Unit.MONTHS)),
            uses=5,
            covers=ON_THE_FLOOR,
        ),
        DemoPass(
            name=UNLIMITED,
            description="As much yoga and dance as you like for a month from today.",
            price=11000,
            validity=FromPurchase(Period(1, Unit.MONTHS)),
            uses=None,
            covers=ON_THE_FLOOR,
        ),
        DemoPass(
            name=TERM,
            description="Fourteen classes of any kind in this term, clay included, two a week at most.",
            price=21000,
            validity=FixedDates(term_begins, term_begins + 14 * WEEK - timedelta(days=1)),
            uses=14,
            uses_per_week=2,
        ),
        DemoPass(
            name=HALF_YEAR,
            description="Forty yoga and dance classes in six months, paid month by month.",
            price=31200,
            validity=FromPurchase(Period(6, Unit.MONTHS)),
            uses=40,
            covers=ON_THE_FLOOR,
            instalments=InstalmentTerms(4, Rhythm.MONTHLY),
        ),
        DemoPass(
            name=SUMMER,
            description="Six classes of any kind, for the summer.",
            price=6000,
            validity=FromPurchase(Period(4, Unit.MONTHS)),
            uses=6,
        ),
    )


_CODES = (
    DemoCode(text="SPRING20", kind=DiscountKind.PERCENT, value=20),
    DemoCode(text="FIVER", kind=DiscountKind.AMOUNT_BASKET, value=500, reduces=Reduces.BOTH),
    DemoCode(text="YOGA10", kind=DiscountKind.PERCENT, value=10, covers=MORNING_YOGA),
    DemoCode(text="OLDCODE", kind=DiscountKind.PERCENT, value=15, ended=2 * WEEK),
    DemoCode(text="LASTONE", kind=DiscountKind.PERCENT, value=50, bookings_limit=1),
)
