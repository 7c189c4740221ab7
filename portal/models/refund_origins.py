"""What a ticket's money goes back for: a cancellation, or a move to a cheaper class (C4, C7, M2)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, select

from portal.models.accounts import AccountEntry, EntryKind
from portal.models.cancellations import TicketCancellation
from portal.models.payments import Refund, RefundStatus
from portal.models.transfers import TicketTransfer


@dataclass(frozen=True, slots=True)
class RefundOrigin:
    """A table whose rows give money back, and by which columns refunds and account entries name a row."""

    table: Any
    refund_key: Any
    entry_key: Any

    @property
    def its_refunds(self) -> ColumnElement[bool]:
        """The refunds of the row at hand."""
        return and_(Refund.business_id == self.table.business_id, self.refund_key == self.table.id)

    def to_card(self, status: RefundStatus) -> ScalarSelect[int]:
        """What of it goes to the card and has come so far, in minor units."""
        return (
            select(func.coalesce(func.sum(case((Refund.status == status, Refund.amount), else_=0)), 0))
            .where(self.its_refunds)
            .correlate(self.table)
            .scalar_subquery()
        )

    def to_account(self) -> ColumnElement[int]:
        """What of it is on the client's account, in minor units: by its own entry, or by one that stands in
        for a refund of its that failed; each found by its key.
        """
        entered = select(func.coalesce(func.sum(AccountEntry.amount), 0)).where(
            AccountEntry.business_id == self.table.business_id,
            AccountEntry.kind == EntryKind.TICKET_REFUND,
        )
        own = entered.where(self.entry_key == self.table.id)
        instead = entered.join(
            Refund, and_(Refund.business_id == AccountEntry.business_id, Refund.id == AccountEntry.refund_id)
        ).where(self.its_refunds)
        return own.correlate(self.table).scalar_subquery() + instead.correlate(self.table).scalar_subquery()


CANCELLATION = RefundOrigin(
    TicketCancellation, Refund.ticket_cancellation_id, AccountEntry.ticket_cancellation_id
)
TRANSFER = RefundOrigin(TicketTransfer, Refund.ticket_transfer_id, AccountEntry.ticket_transfer_id)
