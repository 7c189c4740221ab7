"""Who is visiting which business, read in one statement at the start of a request."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, func, or_, select

from portal.models.baskets import Basket, BasketLine
from portal.models.business import BUSINESS_FACTS, Business, BusinessFacts, BusinessHost
from portal.models.database import read, table_of
from portal.models.people import Customer, SignIn, StaffMember
from portal.rules.roles import Capability, Role, may


@dataclass(frozen=True, slots=True)
class SignedInCustomer:
    """The customer whose browser this is."""

    id: UUID
    name: str
    email: str
    email_confirmed: bool


@dataclass(frozen=True, slots=True)
class SignedInStaff:
    """The member of staff whose browser this is."""

    id: UUID
    name: str
    role: Role
    teaches_as: str
    has_second_factor: bool
    needs_second_factor: bool

    @property
    def must_set_up_second_factor(self) -> bool:
        """Whether the studio wants them to have one before anything else, and they do not yet."""
        return self.needs_second_factor and not self.has_second_factor

    @property
    def taught_by(self) -> str | None:
        """The teacher whose classes are all that they see; None for whoever sees every class."""
        return None if self.may(Capability.CLIENTS) else self.teaches_as

    def may(self, capability: Capability) -> bool:
        """Whether their role lets them do what needs this capability."""
        return may(self.role, capability)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request's business and person, and how many lines their basket has."""

    business: BusinessFacts
    customer: SignedInCustomer | None
    staff: SignedInStaff | None
    basket_id: UUID | None
    basket_lines: int


_host = table_of(BusinessHost)
_business = table_of(Business)
_customer = table_of(Customer)
_staff = table_of(StaffMember)
_basket = table_of(Basket)
_line = table_of(BasketLine)
_CUSTOMER_SIGN_IN = table_of(SignIn).alias("customer_sign_in")
_STAFF_SIGN_IN = table_of(SignIn).alias("staff_sign_in")


def _is_live(sign_in: object, key: str) -> object:
    columns = sign_in.c  # type: ignore[attr-defined]
    return and_(
        columns.business_id == _business.c.id,
        columns.id == bindparam(key),
        columns.ended_at.is_(None),
        columns.lasts_until > bindparam("now"),
    )


_VISIT = (
    select(
        *BUSINESS_FACTS,
        _customer.c.id.label("customer_id"),
        _customer.c.name.label("customer_name"),
        _customer.c.email.label("customer_email"),
        _customer.c.email_confirmed_at,
        _staff.c.id.label("staff_id"),
        _staff.c.name.label("staff_name"),
        _staff.c.role,
        _staff.c.teaches_as,
        _staff.c.totp_since,
        _business.c.staff_need_second_factor,
        _basket.c.id.label("basket_id"),
        select(func.count())
        .where(_line.c.business_id == _basket.c.business_id, _line.c.basket_id == _basket.c.id)
        .scalar_subquery()
        .label("basket_lines"),
    )
    .select_from(_host)
    .join(_business, _business.c.id == _host.c.business_id)
    .outerjoin(_CUSTOMER_SIGN_IN, _is_live(_CUSTOMER_SIGN_IN, "customer_sign_in"))  # type: ignore[arg-type]
    .outerjoin(
        _customer,
        and_(_customer.c.business_id == _business.c.id, _customer.c.id == _CUSTOMER_SIGN_IN.c.customer_id),
    )
    .outerjoin(_STAFF_SIGN_IN, _is_live(_STAFF_SIGN_IN, "staff_sign_in"))  # type: ignore[arg-type]
    .outerjoin(
        _staff,
        and_(
            _staff.c.business_id == _business.c.id,
            _staff.c.id == _STAFF_SIGN_IN.c.staff_member_id,
            _staff.c.deactivated_at.is_(None),
            ~_STAFF_SIGN_IN.c.awaits_code,
        ),
    )
    .outerjoin(
        _basket,
        and_(
            _basket.c.business_id == _business.c.id,
            or_(
                _basket.c.customer_id == _customer.c.id,
                and_(
                    _customer.c.id.is_(None),
                    _basket.c.customer_id.is_(None),
                    _basket.c.id == bindparam("guest_basket"),
                ),
            ),
        ),
    )
    .where(_host.c.host == bindparam("host"))
)


def visit_at(
    host: str,
    *,
    customer_sign_in: UUID | None,
    staff_sign_in: UUID | None,
    guest_basket: UUID | None,
    now: datetime,
) -> Visit | None:
    """The visit at a host name (without port), or None where no business claims it (B1).

    The ids come from the visitor's signed session cookie; one of another business finds nothing here.
    """
    row = read(
        _VISIT,
        {
            "host": host,
            "customer_sign_in": customer_sign_in,
            "staff_sign_in": staff_sign_in,
            "guest_basket": guest_basket,
            "now": now,
        },
    ).first()
    if row is None:
        return None
    return Visit(
        business=BusinessFacts(*row[: len(BUSINESS_FACTS)]),
        customer=SignedInCustomer(
            row.customer_id, row.customer_name, row.customer_email, row.email_confirmed_at is not None
        )
        if row.customer_id
        else None,
        staff=SignedInStaff(
            row.staff_id,
            row.staff_name,
            row.role,
            row.teaches_as,
            has_second_factor=row.totp_since is not None,
            needs_second_factor=row.staff_need_second_factor,
        )
        if row.staff_id
        else None,
        basket_id=row.basket_id,
        basket_lines=row.basket_lines or 0,
    )
