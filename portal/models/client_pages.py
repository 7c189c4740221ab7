"""What staff see of a client: who they are, what they owe, and any one of their passes (S1)."""

from dataclasses import dataclass
from datetime import datetime
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
    """One pass of a client, as staff's pages about it need it (S2–S9)."""

    client: Client
    in_account: PassInAccount
    purchase_option_id: UUID
    option_on_sale: bool
    option_name: str

    @property
    def id(self) -> UUID:
        """The pass's own id."""
        return self.in_account.owned.id

    @property
    def owned(self) -> OwnedPass:
        """The pass as the rules know it."""
        return self.in_account.owned


def _outstanding() -> ColumnElement[int]:
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


def _basket_lines() -> ColumnElement[int]:
    return (
        select(func.count())
        .where(BasketLine.business_id == Basket.business_id, BasketLine.basket_id == Basket.id)
        .correlate(Basket)
        .scalar_subquery()
    )


_CLIENTS = (
    select(
        Customer.id,
        Customer.name,
        Customer.email,
        Customer.email_key,
        Customer.phone,
        Customer.created_at,
        Customer.password_hash.is_not(None),
        func.coalesce(CustomerAccount.balance, 0),
        _outstanding(),
        Basket.id,
        _basket_lines(),
    )
    .outerjoin(
        CustomerAccount,
        and_(CustomerAccount.business_id == Customer.business_id, CustomerAccount.customer_id == Customer.id),
    )
    .outerjoin(Basket, and_(Basket.business_id == Customer.business_id, Basket.customer_id == Customer.id))
    .where(Customer.business_id == bindparam("business_id"))
)

_CLIENT = _CLIENTS.where(Customer.id == bindparam("client_id"))


def _pass_statement() -> Select[Any]:
    return (
        PASSES.add_columns(
            PurchaseOption.on_sale.label("option_on_sale"), PurchaseOption.name.label("option_name")
        )
        .join(
            PurchaseOption,
            and_(
                PurchaseOption.business_id == ClassPass.business_id,
                PurchaseOption.id == ClassPass.purchase_option_id,
            ),
        )
        .where(ClassPass.id == bindparam("pass_id"))
    )


_PASS = _pass_statement()


def client_by_id(business_id: UUID, client_id: UUID) -> Client | None:
    """A client of this business, in one statement; None for anybody else's."""
    row = db.session.execute(_CLIENT, {"business_id": business_id, "client_id": client_id}).first()
    return Client(*row) if row else None


def client_pass(business_id: UUID, pass_id: UUID) -> ClientPass | None:
    """A pass with the client whose it is: four statements, however much is booked on it.

    None where this business has no such pass; a page whose address names a client asks also whether the pass
    is that client's.
    """
    row = db.session.execute(_PASS, {"business_id": business_id, "pass_id": pass_id}).first()
    client = client_by_id(business_id, row.customer_id) if row else None
    if row is None or client is None:
        return None
    return ClientPass(
        client=client,
        in_account=passes_in(business_id, [row])[0],
        purchase_option_id=row.purchase_option_id,
        option_on_sale=row.option_on_sale,
        option_name=row.option_name,
    )
