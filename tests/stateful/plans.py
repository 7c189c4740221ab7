"""A studio that changes its plan while people shop: no pass is sold without one that has passes (B2, B3)."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select

from portal.models.bookings import PassSale
from portal.models.business import Plan
from portal.models.database import db, end_reading, transaction
from portal.operations.auditing import SYSTEM
from portal.operations.businesses import set_plan
from portal.operations.pass_shop import issue_pass
from tests.stateful.shop import Shop


class StudioOnAPlan(RuleBasedStateMachine):
    """The platform moves the studio up and down; ``sales_then`` is what had been sold before it came down."""

    shop: Shop
    sales_then: int | None = None

    @rule(plan=st.sampled_from(Plan))
    def choose_plan(self, plan: Plan) -> None:
        """Upgrading brings everything back; a sale that is under way completes."""
        with transaction():
            self.shop.business = set_plan(self.shop.business, plan=plan, actor=SYSTEM, now=self.shop.now)
        self.sales_then = None if plan.has_passes else _sales()

    @rule(of=st.integers(0, 1))
    def issue_a_pass(self, of: int) -> None:
        """The desk gives somebody a pass, where the plan lets it."""
        ada = self.shop.shoppers[0].customer_id
        assert ada is not None
        given = self.shop.act(
            lambda: issue_pass(
                self.shop.business,
                customer_id=ada,
                purchase_option_id=self.shop.options[of].id,
                actor=self.shop.desk.actor,
                now=self.shop.now,
                reason="A present",
            )
        )
        assert not (given and self.sales_then is not None)

    @invariant()
    def nothing_is_sold_without_a_plan_for_it(self) -> None:
        """Not by an old basket, nor by a page that was left open."""
        if self.sales_then is not None:
            assert _sales() == self.sales_then


def _sales() -> int:
    found = db.session.scalar(select(func.count()).select_from(PassSale))
    end_reading()
    return found or 0
