"""The passes on sale, as the shop shows them (B2, P6)."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from portal.models.classes import ClassSeries, TicketType
from portal.models.database import db
from portal.models.deactivations import is_withdrawn
from portal.models.purchase_options import Coverage, PurchaseOption, validity_of
from portal.rules.instalments import InstalmentTerms
from portal.rules.validity import Validity


@dataclass(frozen=True, slots=True)
class PassOnSale:
    """A purchase option in the shop. ``price`` is minor units; ``uses`` None is unlimited.

    With ``instalments`` the price is paid in parts (M1). ``covers`` names the classes and tickets that it is
    limited to, by name; none means all.
    """

    id: UUID
    name: str
    description: str
    price: int
    uses: int | None
    validity: Validity
    start_within_days: int | None
    uses_per_day: int | None
    uses_per_week: int | None
    several_per_class: bool
    instalments: InstalmentTerms | None
    covers: tuple[str, ...]

    @property
    def price_per_use(self) -> int | None:
        """What one use comes to, rounded up to a whole minor unit; None where that says nothing."""
        return -(-self.price // self.uses) if self.uses and self.uses > 1 and self.price else None


_OPTIONS = (
    select(
        PurchaseOption.id,
        PurchaseOption.name,
        PurchaseOption.description,
        PurchaseOption.price,
        PurchaseOption.uses,
        PurchaseOption.validity_kind,
        PurchaseOption.period_length,
        PurchaseOption.period_unit,
        PurchaseOption.first_day,
        PurchaseOption.last_day,
        PurchaseOption.start_within_days,
        PurchaseOption.uses_per_day,
        PurchaseOption.uses_per_week,
        PurchaseOption.several_per_class,
        PurchaseOption.instalments,
        PurchaseOption.instalment_rhythm,
    )
    .where(
        PurchaseOption.business_id == bindparam("business_id"),
        PurchaseOption.on_sale,
        ~is_withdrawn(PurchaseOption.business_id, PurchaseOption.id),
    )
    .order_by(PurchaseOption.position, PurchaseOption.name, PurchaseOption.id)
)

_COVERED = (
    select(Coverage.purchase_option_id, ClassSeries.name, TicketType.name)
    .outerjoin(
        TicketType,
        and_(TicketType.business_id == Coverage.business_id, TicketType.id == Coverage.ticket_type_id),
    )
    .join(
        ClassSeries,
        and_(
            ClassSeries.business_id == Coverage.business_id,
            (ClassSeries.id == Coverage.series_id) | (ClassSeries.id == TicketType.series_id),
        ),
    )
    .where(Coverage.business_id == bindparam("business_id"), Coverage.purchase_option_id.is_not(None))
    .order_by(ClassSeries.name, TicketType.name)
)


def passes_on_sale(business_id: UUID) -> list[PassOnSale]:
    """What the studio sells as passes, in its own order: two statements."""
    covers = covered_names(business_id)
    return [
        PassOnSale(
            id=row.id,
            name=row.name,
            description=row.description,
            price=row.price,
            uses=row.uses,
            validity=validity_of(
                row.validity_kind, row.period_length, row.period_unit, row.first_day, row.last_day
            ),
            start_within_days=row.start_within_days,
            uses_per_day=row.uses_per_day,
            uses_per_week=row.uses_per_week,
            several_per_class=row.several_per_class,
            instalments=InstalmentTerms(row.instalments, row.instalment_rhythm) if row.instalments else None,
            covers=covers.get(row.id, ()),
        )
        for row in db.session.execute(_OPTIONS, {"business_id": business_id})
    ]


def covered_names(business_id: UUID) -> dict[UUID, tuple[str, ...]]:
    """What each purchase option is limited to, by name; one that is not there covers everything (P6)."""
    covers: dict[UUID | None, list[str]] = defaultdict(list)
    for option_id, series, ticket in db.session.execute(_COVERED, {"business_id": business_id}):
        covers[option_id].append(f"{series} ({ticket})" if ticket else series)
    return {option_id: tuple(names) for option_id, names in covers.items() if option_id}
