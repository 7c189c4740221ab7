"""What staff see of a client: who they are, what they owe, and their passes (S1)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from portal.models.account_pages import PASSES, PassInAccount, passes_in
from portal.models.accounts import CustomerAccount
from portal.models.baskets import Basket, BasketLine
from portal.models.class_passes import ClassPass
from portal.models.database import db
from portal.models.instalments import Instalment, InstalmentStatus
from portal.models.people import Customer
from portal.models.purchase_options import PurchaseOption
from portal.rules.facts import OwnedPass


@dataclass(frozen=True, slots=True)
class Client:
    """A client as the head of their pages shows them; money is minor units.

    ``balance`` is the account balance, above zero in the client's favour (M5); ``outstanding`` what failed
    instalments of all their passes add up to (M1). ``basket_id`` is the basket that they have, if any.
    """

    id: UUID
    name: str
    email: str
    email_key: str
    phone: str
    since: datetime
    has_account: bool
    balance: int
    outstanding: int
    basket_id: UUID | None
    basket_lines: int


@dataclass(frozen=True, slots=True)
class ClientPass:
    """One pass of a client, as staff's pages about it need it (S2–S9).

    ``outstanding`` is what its failed instalments add up to, in minor units; ``next_instalment_on`` the day
    of the next auto-payment, where one is to come.
    """

    client: Client
    in_account: PassInAccount
    purchase_option_id: UUID
    option_on_sale: bool
    option_name: str
    outstanding: int
    next_instalment_on: date | None

    @property
    def id(self) -> UUID:
        """The pass's own id."""
        return self.in_account.owned.id

    @property
    def owned(self) -> OwnedPass:
        """The pass as the rules know it."""
        return self.in_account.owned


def _outstanding_of_client() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(Instalment.amount), 0))
        .join(
            ClassPass,
            and_(ClassPass.business_id == Instalment.business_id, ClassPass.id == Instalment.class_pass_id),
        )
        .where(
            ClassPass.business_id == Customer.business_id,
            ClassPass.customer_id == Customer.id,
            Instalment.status == InstalmentStatus.FAILED,
        )
        .correlate(Customer)
        .scalar_subquery()
    )


def _of_pass(what: Any, status: InstalmentStatus) -> ColumnElement[Any]:
    return (
        select(what)
        .where(
            Instalment.business_id == ClassPass.business_id,
            Instalment.class_pass_id == ClassPass.id,
            Instalment.status == status,
        )
        .correlate(ClassPass)
        .scalar_subquery()
    )


def _basket_lines() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(BasketLine.business_id == Basket.business_id, BasketLine.basket_id == Basket.id)
        .correlate(Basket)
        .scalar_subquery()
    )


_CLIENT = (
    select(
        Customer.id,
        Customer.name,
        Customer.email,
        Customer.email_key,
        Customer.phone,
        Customer.created_at,
        Customer.password_hash.is_not(None),
        func.coalesce(CustomerAccount.balance, 0),
        _outstanding_of_client(),
        Basket.id,
        _basket_lines(),
    )
    .outerjoin(
        CustomerAccount,
        and_(CustomerAccount.business_id == Customer.business_id, CustomerAccount.customer_id == Customer.id),
    )
    .outerjoin(Basket, and_(Basket.business_id == Customer.business_id, Basket.customer_id == Customer.id))
    .where(Customer.business_id == bindparam("business_id"), Customer.id == bindparam("client_id"))
)


def _passes_statement() -> Select[Any]:
    return PASSES.add_columns(
        PurchaseOption.on_sale.label("option_on_sale"),
        PurchaseOption.name.label("option_name"),
        _of_pass(func.coalesce(func.sum(Instalment.amount), 0), InstalmentStatus.FAILED).label("outstanding"),
        _of_pass(func.min(Instalment.try_on), InstalmentStatus.SCHEDULED).label("next_instalment_on"),
    ).join(
        PurchaseOption,
        and_(
            PurchaseOption.business_id == ClassPass.business_id,
            PurchaseOption.id == ClassPass.purchase_option_id,
        ),
    )


_PASSES = _passes_statement().where(ClassPass.customer_id == bindparam("client_id"))
_PASS = _passes_statement().where(ClassPass.id == bindparam("pass_id"))


def client_by_id(business_id: UUID, client_id: UUID) -> Client | None:
    """A client of this business, in one statement; None for anybody else's."""
    row = db.session.execute(_CLIENT, {"business_id": business_id, "client_id": client_id}).first()
    return Client(*row) if row else None


def client_passes(business_id: UUID, client: Client) -> list[ClientPass]:
    """Every pass that a client has or had, the newest first: three statements."""
    rows = db.session.execute(_PASSES, {"business_id": business_id, "client_id": client.id}).all()
    whole = zip(rows, passes_in(business_id, rows), strict=True)
    return [_client_pass(client, row, in_account) for row, in_account in whole]


def client_pass(business_id: UUID, pass_id: UUID) -> ClientPass | None:
    """A pass with the client whose it is: four statements, however much is booked on it.

    None where this business has no such pass; a page whose address names a client asks also whether the pass
    is that client's.
    """
    row = db.session.execute(_PASS, {"business_id": business_id, "pass_id": pass_id}).first()
    client = client_by_id(business_id, row.customer_id) if row else None
    if row is None or client is None:
        return None
    return _client_pass(client, row, passes_in(business_id, [row])[0])


def _client_pass(client: Client, row: Any, in_account: PassInAccount) -> ClientPass:
    return ClientPass(
        client=client,
        in_account=in_account,
        purchase_option_id=row.purchase_option_id,
        option_on_sale=row.option_on_sale,
        option_name=row.option_name,
        outstanding=row.outstanding,
        next_instalment_on=row.next_instalment_on,
    )
