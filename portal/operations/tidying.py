"""What nobody will miss: holds that ended, guests' baskets that were left behind, tries that are long past.

Nothing depends on this having run; it only keeps tables small.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from portal.models.baskets import Basket, BasketLine
from portal.models.database import db, rows_changed
from portal.models.throttles import Throttle
from portal.operations.place_offers import hand_on_places
from portal.operations.places import lock_classes

BASKET_LEFT_BEHIND_AFTER = timedelta(days=30)
TRIES_FORGOTTEN_AFTER = timedelta(days=2)
AT_A_TIME = 200


def let_go_of_every_ended_hold(*, now: datetime) -> int:
    """Let go of ended holds, one business after another; how many classes were touched."""
    rows = db.session.execute(
        select(BasketLine.business_id, BasketLine.class_session_id)
        .where(BasketLine.place_counted, BasketLine.held_until <= now)
        .distinct()
        .limit(AT_A_TIME)
    ).all()
    classes: dict[UUID, list[UUID]] = {}
    for business_id, class_session_id in rows:
        if class_session_id is not None:
            classes.setdefault(business_id, []).append(class_session_id)
    for business_id, ids in sorted(classes.items()):
        lock_classes(business_id, ids)
        hand_on_places(business_id, ids, now=now)
    return len(rows)


def forget_baskets_left_behind(*, now: datetime) -> int:
    """Delete guests' baskets that nobody touched for a month and that hold and pay for nothing; how many."""
    left = (
        select(Basket.business_id, Basket.id)
        .where(
            Basket.customer_id.is_(None),
            Basket.pending_booking_id.is_(None),
            Basket.changed_at < now - BASKET_LEFT_BEHIND_AFTER,
        )
        .limit(AT_A_TIME)
    )
    baskets = db.session.execute(left.with_for_update(skip_locked=True)).all()
    for business_id, basket_id in baskets:
        lines = delete(BasketLine).where(
            BasketLine.business_id == business_id, BasketLine.basket_id == basket_id
        )
        db.session.execute(lines.where(~BasketLine.place_counted))
        db.session.execute(
            delete(Basket).where(
                Basket.business_id == business_id,
                Basket.id == basket_id,
                ~select(BasketLine.id)
                .where(BasketLine.business_id == business_id, BasketLine.basket_id == basket_id)
                .exists(),
            )
        )
    return len(baskets)


def forget_old_tries(*, now: datetime) -> int:
    """Delete counts of tries whose window is long past; how many."""
    return rows_changed(delete(Throttle).where(Throttle.window_start < now - TRIES_FORGOTTEN_AFTER))
