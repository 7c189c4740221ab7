"""Who comes to the demo studios, and what they did there: every pass status that there is (P10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.models.business import BusinessFacts
from portal.operations.auditing import SYSTEM
from portal.operations.checkout import Buyer
from portal.operations.demo.desk import (
    calls_off,
    charges,
    credits_,
    deactivates,
    extends,
    moves,
    pauses,
    terminates,
    withdraws,
)
from portal.operations.demo.harbour import OPEN_WHEEL, SIX_VISITS, SUNDAY_CLAY
from portal.operations.demo.riverside import (
    BOULDERING,
    CONTEMPORARY,
    FIVE_CLASSES,
    HALF_YEAR,
    HAND_BUILDING,
    MORNING_YOGA,
    STRETCH,
    SUMMER,
    SWING,
    TEN_CLASSES,
    TERM,
    UNLIMITED,
    VINYASA,
    WHEEL,
    YIN,
)
from portal.operations.demo.shopping import Ending, Pass, Seat, Trip
from portal.operations.demo.waiting import Wait
from portal.operations.people import NewPerson, add_customer, add_staff_member
from portal.operations.staff_members import change_standing
from portal.rules.roles import Role

PASSHOLDER = "passholder@example.com"
NEWCOMER = "newcomer@example.com"
IN_INSTALMENTS = "instalments@example.com"
OWNER = "owner@example.com"
MANAGER = "manager@example.com"
FRONT_DESK = "desk@example.com"
INSTRUCTOR = "instructor@example.com"
FIRST_NUMBER = 900_101  # of the numbers that are kept for drama and reach nobody


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people of one studio by their addresses: staff, customers who can sign in, others, and guests."""

    staff: dict[str, tuple[str, Role]]
    can_sign_in: dict[str, str]
    customers: dict[str, str]
    guests: dict[str, str]


RIVERSIDE_CROWD = Crowd(
    staff={
        OWNER: ("Rosalind Hayes", Role.OWNER),
        MANAGER: ("Marcus Bell", Role.MANAGER),
        FRONT_DESK: ("Freya Dunn", Role.FRONT_DESK),
        INSTRUCTOR: ("Maya Lindqvist", Role.INSTRUCTOR),
    },
    can_sign_in={PASSHOLDER: "Petra Holm", NEWCOMER: "Noah Clarke", IN_INSTALMENTS: "Iris Vaughan"},
    customers={
        "amelia.hart@example.com": "Amelia Hart",
        "ben.osei@example.com": "Ben Osei",
        "chloe.ng@example.com": "Chloe Ng",
        "daniel.fraser@example.com": "Daniel Fraser",
        "ewa.kowalska@example.com": "Ewa Kowalska",
        "farid.rahmani@example.com": "Farid Rahmani",
        "grace.mbeki@example.com": "Grace Mbeki",
        "hugo.lindgren@example.com": "Hugo Lindgren",
        "isla.murray@example.com": "Isla Murray",
        "jakub.novak@example.com": "Jakub Novák",
        "keiko.tanaka@example.com": "Keiko Tanaka",
        "liam.byrne@example.com": "Liam Byrne",
    },
    guests={"nora.blake@example.com": "Nora Blake", "otto.weiss@example.com": "Otto Weiss"},
)

HARBOUR_CROWD = Crowd(
    staff={OWNER: ("Henry Trelawny", Role.OWNER)},
    can_sign_in={PASSHOLDER: "Petra Holm", NEWCOMER: "Noah Clarke"},
    customers={"una.roche@example.com": "Una Roche"},
    guests={"viktor.hale@example.com": "Viktor Hale"},
)


def _days(days: float) -> timedelta:
    return timedelta(days=days)


_PETRA = (
    Trip(who=PASSHOLDER, ago=_days(10), wants=(Pass(FIVE_CLASSES), Seat(MORNING_YOGA))),
    Trip(who=PASSHOLDER, ago=_days(5), wants=(Seat(VINYASA),)),
    Trip(who=PASSHOLDER, ago=_days(1), wants=(Pass(TEN_CLASSES),)),
)

_USED_UP_AND_AGAIN = (
    Trip(
        who="amelia.hart@example.com",
        ago=_days(70),
        wants=(Pass(TEN_CLASSES), Seat(MORNING_YOGA), Seat(MORNING_YOGA, skip=1), Seat(VINYASA)),
    ),
    Trip(
        who="amelia.hart@example.com",
        ago=_days(62),
        wants=(Seat(MORNING_YOGA), Seat(MORNING_YOGA, skip=1), Seat(VINYASA)),
    ),
    Trip(
        who="amelia.hart@example.com",
        ago=_days(55),
        wants=(Seat(MORNING_YOGA), Seat(VINYASA), Seat(BOULDERING), Seat(YIN)),
    ),
    Trip(
        who="amelia.hart@example.com",
        ago=_days(12),
        wants=(Pass(TEN_CLASSES), Seat(MORNING_YOGA), Seat(VINYASA)),
    ),
    Trip(who="amelia.hart@example.com", ago=_days(2), wants=(Seat(MORNING_YOGA), Seat(YIN))),
    Trip(who="amelia.hart@example.com", ago=_days(1.7), wants=(Seat(VINYASA, coming=True),)),
)

_EXPIRED = (
    Trip(who="ben.osei@example.com", ago=_days(85), wants=(Pass(FIVE_CLASSES), Seat(VINYASA))),
    Trip(who="ben.osei@example.com", ago=_days(78), wants=(Seat(SWING), Seat(VINYASA))),
    Trip(
        who="chloe.ng@example.com",
        ago=_days(45),
        wants=(Pass(UNLIMITED), Seat(MORNING_YOGA), Seat(SWING), Seat(YIN)),
    ),
)

_ACTIVE = (
    Trip(
        who="chloe.ng@example.com",
        ago=_days(9),
        wants=(Pass(UNLIMITED), Seat(MORNING_YOGA), Seat(CONTEMPORARY)),
    ),
    Trip(who="chloe.ng@example.com", ago=_days(2), wants=(Seat(YIN), Seat(SWING))),
    Trip(who="daniel.fraser@example.com", ago=_days(30), wants=(Pass(TERM), Seat(HAND_BUILDING))),
    Trip(who="daniel.fraser@example.com", ago=_days(20), wants=(Seat(WHEEL), Seat(SWING))),
    Trip(who="daniel.fraser@example.com", ago=_days(4), wants=(Seat(WHEEL, coming=True),)),
    Trip(
        who="farid.rahmani@example.com",
        ago=_days(2),
        wants=(Pass(TEN_CLASSES), Seat(BOULDERING, coming=True)),
    ),
)

_NOT_STARTED = (
    Trip(who="ewa.kowalska@example.com", ago=_days(1.2), wants=(Pass(TEN_CLASSES),)),
    Trip(who="keiko.tanaka@example.com", ago=_days(6), wants=(Seat(STRETCH, "Taster"),)),
    Trip(who="keiko.tanaka@example.com", ago=_days(5.5), wants=(Pass(FIVE_CLASSES),)),
)

_BY_CARD = (
    Trip(who="hugo.lindgren@example.com", ago=_days(33), wants=(Seat(MORNING_YOGA),), code="YOGA10"),
    Trip(
        who="hugo.lindgren@example.com", ago=_days(3), wants=(Seat(BOULDERING, coming=True),), code="LASTONE"
    ),
    Trip(who="isla.murray@example.com", ago=_days(25), wants=(Seat(YIN, "Concession"),)),
    Trip(who="jakub.novak@example.com", ago=_days(18), wants=(Seat(HAND_BUILDING), Seat(HAND_BUILDING))),
    Trip(who="grace.mbeki@example.com", ago=_days(15), wants=(Seat(VINYASA),), code="SPRING20"),
    Trip(
        who="liam.byrne@example.com",
        ago=_days(8),
        wants=(Seat(SWING), Seat(SWING)),
        ending=Ending.WALKED_AWAY,
    ),
    Trip(
        who="jakub.novak@example.com",
        ago=_days(4.5),
        wants=(Seat(WHEEL, coming=True), Seat(WHEEL, coming=True), Seat(BOULDERING, coming=True)),
    ),
    Trip(
        who="isla.murray@example.com",
        ago=_days(3.5),
        wants=(Seat(BOULDERING, coming=True), Seat(BOULDERING, "Concession", coming=True)),
    ),
    Trip(who="liam.byrne@example.com", ago=_days(2.5), wants=(Seat(BOULDERING, coming=True),)),
    Trip(who="grace.mbeki@example.com", ago=_days(2.2), wants=(Seat(WHEEL, coming=True),), code="FIVER"),
    Trip(who="isla.murray@example.com", ago=_days(2.1), wants=(Seat(WHEEL, coming=True),)),
    Trip(who="nora.blake@example.com", ago=_days(1.1), wants=(Seat(WHEEL, coming=True),)),
)

_CALLED_OFF = (
    Trip(who="farid.rahmani@example.com", ago=_days(1.9), wants=(Seat(YIN, coming=True),)),
    Trip(who="isla.murray@example.com", ago=_days(1.8), wants=(Seat(YIN, "Concession", coming=True),)),
)

_WITHDRAWN = (
    Trip(who="jakub.novak@example.com", ago=_days(16), wants=(Pass(TEN_CLASSES), Seat(MORNING_YOGA))),
    Trip(who="jakub.novak@example.com", ago=_days(4), wants=(Seat(VINYASA, coming=True),)),
    Trip(who="liam.byrne@example.com", ago=_days(13), wants=(Pass(FIVE_CLASSES), Seat(SWING))),
    Trip(who="grace.mbeki@example.com", ago=_days(50), wants=(Pass(SUMMER), Seat(BOULDERING))),
    Trip(who="isla.murray@example.com", ago=_days(47), wants=(Pass(SUMMER), Seat(YIN))),
)

_IN_INSTALMENTS = (
    Trip(who=IN_INSTALMENTS, ago=_days(66), wants=(Pass(HALF_YEAR), Seat(MORNING_YOGA))),
    Trip(who=IN_INSTALMENTS, ago=_days(8), wants=(Seat(CONTEMPORARY),)),
    Trip(who="hugo.lindgren@example.com", ago=_days(40), wants=(Pass(HALF_YEAR), Seat(VINYASA))),
)

RIVERSIDE_DECLINES = {(IN_INSTALMENTS, 2)}
"""Whose card was declined, and for which instalment."""

RIVERSIDE_DESK = (
    withdraws(SUMMER, reason="Sold for the summer only; replaced by the Half-year pass.", ago=_days(20)),
    deactivates(
        "jakub.novak@example.com", TEN_CLASSES, reason="Moved to Prague; asked us by telephone.", ago=_days(3)
    ),
    terminates(
        "liam.byrne@example.com",
        FIVE_CLASSES,
        in_days=12,
        reason="His employer pays for it until then.",
        ago=_days(2),
    ),
    pauses("chloe.ng@example.com", UNLIMITED, days=9, reason="Sprained ankle.", ago=_days(1)),
    extends("daniel.fraser@example.com", TERM, days=7, reason="The kiln was down for a week.", ago=_days(6)),
    moves(
        "amelia.hart@example.com",
        VINYASA,
        reason="Her train gets in too late that day.",
        ago=_days(1.5),
    ),
    calls_off(YIN, reason="The heating in the Loft is broken. We are sorry.", ago=_days(0.9)),
    charges("ben.osei@example.com", 1800, reason="Yoga mat from the desk.", ago=_days(5)),
    credits_("keiko.tanaka@example.com", 600, reason="Thursday's stretch ended early.", ago=_days(4)),
)

RIVERSIDE_QUEUE = (
    Wait("keiko.tanaka@example.com", WHEEL, timedelta(hours=9)),
    Wait(NEWCOMER, WHEEL, timedelta(hours=2)),
)

_STILL_SHOPPING = (
    Trip(
        who="grace.mbeki@example.com",
        ago=timedelta(minutes=6),
        wants=(Seat(VINYASA, coming=True), Seat(CONTEMPORARY, coming=True)),
        code="SPRING20",
        ending=Ending.STILL_SHOPPING,
    ),
    Trip(
        who="otto.weiss@example.com",
        ago=timedelta(minutes=3),
        wants=(Seat(SWING, coming=True),),
        ending=Ending.STILL_SHOPPING,
    ),
)

RIVERSIDE_TRIPS = (
    *_PETRA,
    *_USED_UP_AND_AGAIN,
    *_EXPIRED,
    *_ACTIVE,
    *_NOT_STARTED,
    *_BY_CARD,
    *_CALLED_OFF,
    *_WITHDRAWN,
    *_IN_INSTALMENTS,
    *_STILL_SHOPPING,
)

HARBOUR_TRIPS = (
    Trip(who=PASSHOLDER, ago=_days(14), wants=(Pass(SIX_VISITS), Seat(OPEN_WHEEL))),
    Trip(who="una.roche@example.com", ago=_days(3), wants=(Seat(SUNDAY_CLAY), Seat(SUNDAY_CLAY, "Child"))),
    Trip(who="viktor.hale@example.com", ago=_days(2), wants=(Seat(OPEN_WHEEL, coming=True),), code="QUAY10"),
)


def bring_in(business: BusinessFacts, crowd: Crowd, *, password_hash: str, now: datetime) -> dict[str, Buyer]:
    """Put the crowd on the studio's books, and return everybody as a buyer by their address.

    All are demo accounts; ``password_hash`` is of the password that everybody knows, and that staff have too.
    """
    for email, (name, role) in crowd.staff.items():
        colleague = NewPerson(name=name, email=email, password_hash=password_hash, is_demo=True)
        member_id = add_staff_member(business, colleague, role=role, actor=SYSTEM, now=now)
        if role is Role.INSTRUCTOR:  # classes name her as their teacher
            change_standing(business, member_id=member_id, role=role, teaches_as=name, actor=SYSTEM, now=now)
    hashes: dict[str, str | None] = dict.fromkeys(crowd.customers) | dict.fromkeys(
        crowd.can_sign_in, password_hash
    )
    buyers = {email: Buyer(None, name, email) for email, name in crowd.guests.items()}
    for nth, (email, name) in enumerate((crowd.can_sign_in | crowd.customers).items()):
        phone = f"+44 7700 {FIRST_NUMBER + nth}"
        person = NewPerson(name=name, email=email, phone=phone, password_hash=hashes[email], is_demo=True)
        customer_id = add_customer(business, person, email_confirmed=True, actor=SYSTEM, now=now)
        buyers[email] = Buyer(customer_id, name, email)
    return buyers
