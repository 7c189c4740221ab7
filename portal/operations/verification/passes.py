"""Pass ledgers, claims, and what each pass pays for (P3–P9)."""

from sqlalchemy import and_, case, func, or_, select

from portal.models.bookings import Booking, BookingStatus, PassSale, Ticket
from portal.models.class_passes import ClassPass, PassUse, UseKind
from portal.models.classes import ClassSession
from portal.models.purchase_options import TERMS
from portal.models.transfer_facts import moved_here
from portal.operations.verification.invariant import Invariant, count_of

_OPENING = PassUse.kind.in_((UseKind.BOUGHT, UseKind.ISSUED))

_LEDGER = (
    select(
        PassUse.business_id,
        PassUse.class_pass_id,
        func.sum(PassUse.change).label("uses"),
        func.sum(case((_OPENING, 1), else_=0)).label("openings"),
        func.sum(case((_OPENING, PassUse.change), else_=0)).label("opened_with"),
    )
    .group_by(PassUse.business_id, PassUse.class_pass_id)
    .subquery()
)
_PAID = (
    select(
        Ticket.business_id,
        Ticket.class_pass_id,
        func.sum(case((Booking.status == BookingStatus.PENDING, 1), else_=0)).label("claims"),
        func.min(ClassSession.on_date).label("first_class_on"),
    )
    .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
    .join(
        ClassSession,
        and_(ClassSession.business_id == Ticket.business_id, ClassSession.id == Ticket.class_session_id),
    )
    .where(Ticket.counts, Ticket.class_pass_id.is_not(None))
    .group_by(Ticket.business_id, Ticket.class_pass_id)
    .subquery()
)
_USES = func.coalesce(_LEDGER.c.uses, 0)
_CLAIMS = func.coalesce(_PAID.c.claims, 0)

_ON_LEDGER = and_(_LEDGER.c.business_id == ClassPass.business_id, _LEDGER.c.class_pass_id == ClassPass.id)
_ON_PAID = and_(_PAID.c.business_id == ClassPass.business_id, _PAID.c.class_pass_id == ClassPass.id)

_BOOKED = (
    select(
        PassUse.business_id,
        PassUse.ticket_id,
        func.count().label("entries"),
        func.sum(case((PassUse.class_pass_id == Ticket.class_pass_id, 1), else_=0)).label("on_its_pass"),
    )
    .join(Ticket, and_(Ticket.business_id == PassUse.business_id, Ticket.id == PassUse.ticket_id))
    .where(PassUse.kind == case((moved_here(Ticket), UseKind.MOVED.value), else_=UseKind.BOOKED.value))
    .group_by(PassUse.business_id, PassUse.ticket_id)
    .subquery()
)
_USED = and_(Ticket.by_pass, Booking.status == BookingStatus.CONFIRMED)

_SOLD = and_(PassSale.business_id == ClassPass.business_id, PassSale.id == ClassPass.pass_sale_id)

PASSES = (
    Invariant(
        "A pass sold has the terms that its sale keeps",
        count_of(ClassPass, ClassPass.pass_sale_id.is_not(None)),
        select(ClassPass.id.label("class_pass"), ClassPass.name, PassSale.name.label("sold_as"))
        .join(PassSale, _SOLD)
        .where(or_(*(getattr(ClassPass, name).is_distinct_from(getattr(PassSale, name)) for name in TERMS))),
    ),
    Invariant(
        "Uses left are what the ledger adds up to",
        count_of(ClassPass),
        select(
            ClassPass.id.label("class_pass"),
            ClassPass.uses_left.label("kept"),
            _LEDGER.c.uses.label("ledger"),
        )
        .outerjoin(_LEDGER, _ON_LEDGER)
        .where(
            or_(
                and_(ClassPass.uses.is_not(None), ClassPass.uses_left != _USES),
                ClassPass.uses.is_(None) != ClassPass.uses_left.is_(None),
            )
        ),
    ),
    Invariant(
        "Each ledger begins with the uses that were bought or issued, once",
        count_of(ClassPass),
        select(
            ClassPass.id.label("class_pass"),
            _LEDGER.c.openings,
            _LEDGER.c.opened_with,
            ClassPass.uses.label("promised"),
        )
        .outerjoin(_LEDGER, _ON_LEDGER)
        .where(
            or_(
                func.coalesce(_LEDGER.c.openings, 0) != 1,
                _LEDGER.c.opened_with != func.coalesce(ClassPass.uses, 0),
            )
        ),
    ),
    Invariant(
        "Uses claimed are the tickets of bookings that wait for payment",
        count_of(ClassPass),
        select(ClassPass.id.label("class_pass"), ClassPass.uses_claimed.label("kept"), _CLAIMS.label("found"))
        .outerjoin(_PAID, _ON_PAID)
        .where(ClassPass.uses_claimed != _CLAIMS),
    ),
    Invariant(
        "Uses left, less those claimed, are never below zero",
        count_of(ClassPass, ClassPass.uses.is_not(None)),
        select(ClassPass.id.label("class_pass"), _USES.label("ledger"), _CLAIMS.label("claimed"))
        .outerjoin(_LEDGER, _ON_LEDGER)
        .outerjoin(_PAID, _ON_PAID)
        .where(
            ClassPass.uses.is_not(None),
            or_(_USES - _CLAIMS < 0, ClassPass.uses_left - ClassPass.uses_claimed < 0),
        ),
    ),
    Invariant(
        "Validity starts with the earliest class that counts",
        count_of(ClassPass),
        select(
            ClassPass.id.label("class_pass"),
            ClassPass.first_class_on.label("kept"),
            _PAID.c.first_class_on.label("found"),
        )
        .outerjoin(_PAID, _ON_PAID)
        .where(
            or_(
                ClassPass.first_class_on != _PAID.c.first_class_on,
                ClassPass.first_class_on.is_(None) != _PAID.c.first_class_on.is_(None),
            )
        ),
    ),
    Invariant(
        "A confirmed ticket paid by a pass has one use on that pass, booked or moved along with it, and no"
        " other ticket has any",
        count_of(Ticket),
        select(
            Ticket.id.label("ticket"),
            Ticket.class_pass_id.label("pays"),
            func.coalesce(_BOOKED.c.entries, 0).label("uses"),
            func.coalesce(_BOOKED.c.on_its_pass, 0).label("on_its_pass"),
        )
        .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
        .outerjoin(
            _BOOKED, and_(_BOOKED.c.business_id == Ticket.business_id, _BOOKED.c.ticket_id == Ticket.id)
        )
        .where(
            or_(
                func.coalesce(_BOOKED.c.entries, 0) != case((_USED, 1), else_=0),
                func.coalesce(_BOOKED.c.on_its_pass, 0) != case((_USED, 1), else_=0),
            )
        ),
    ),
    Invariant(
        "A pass pays for its owner's bookings only",
        count_of(Ticket, Ticket.class_pass_id.is_not(None)),
        select(
            Ticket.id.label("ticket"),
            ClassPass.customer_id.label("owner"),
            Booking.customer_id.label("books"),
        )
        .join(Booking, and_(Booking.business_id == Ticket.business_id, Booking.id == Ticket.booking_id))
        .join(
            ClassPass,
            and_(ClassPass.business_id == Ticket.business_id, ClassPass.id == Ticket.class_pass_id),
        )
        .where(or_(Booking.customer_id.is_(None), Booking.customer_id != ClassPass.customer_id)),
    ),
)
