"""What tests cancel whole classes with: the page that says first what will happen, its button, the worker.

shown = class_preview(yoga)
cancel_whole_class(yoga, by=olive)           # the act alone, as if killed right after it
class_cancelled(yoga, by=olive, days=7)      # the act, and the worker until it is done
"""

from datetime import datetime
from uuid import UUID

from portal.exchanges.class_cancellations import go_on_cancelling
from portal.models.audit import ActorKind
from portal.models.database import end_reading, transaction
from portal.operations.auditing import Actor
from portal.operations.class_cancelling import cancel_class, class_forecast
from portal.rules.class_cancelling import ClassDecision, ClassForecast
from portal.rules.preferences import RefundTo
from tests.studio import NOW, AClass, APerson

BOILER = "The boiler is broken"


def class_preview(of: AClass, *, refund_to: RefundTo = RefundTo.CARD, now: datetime = NOW) -> ClassForecast:
    """What the page says before anyone confirms."""
    found = class_forecast(of.business, of.id, refund_to=refund_to, now=now)
    end_reading()
    return found


def cancel_whole_class(
    of: AClass,
    *,
    by: APerson,
    days: int | None = None,
    refund_to: RefundTo = RefundTo.CARD,
    reason: str = BOILER,
    now: datetime = NOW,
) -> UUID:
    """Press Cancel class, with the days that are offered unless given; not one ticket is cancelled yet."""
    shown = class_preview(of, now=now)
    with transaction():
        return cancel_class(
            of.business,
            class_session_id=of.id,
            digest=shown.digest,
            decision=ClassDecision(reason, shown.of.days if days is None else days, refund_to),
            actor=Actor(ActorKind.STAFF, by.id),
            now=now,
        )


def class_cancelled(
    of: AClass,
    *,
    by: APerson,
    days: int | None = None,
    refund_to: RefundTo = RefundTo.CARD,
    reason: str = BOILER,
    now: datetime = NOW,
) -> UUID:
    """Press Cancel class, and let the worker finish it."""
    act = cancel_whole_class(of, by=by, days=days, refund_to=refund_to, reason=reason, now=now)
    go_on_cancelling(of.business, act, now=now)
    return act
