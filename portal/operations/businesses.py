"""Opening a studio, and what the platform sets on it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.models.audit import AuditEntry
from portal.models.business import Business, BusinessFacts, BusinessHost, Plan
from portal.models.businesses import business_of
from portal.models.database import db, table_of
from portal.operations.auditing import Actor
from portal.rules.sentences import Refusal

_business = table_of(Business)

_PLAN_TO_STAY = (
    select(_business.c.plan).where(_business.c.id == bindparam("business_id")).with_for_update(read=True)
)


class HostTaken(Refusal):
    """Another studio answers on the host."""

    def __init__(self, host: str) -> None:
        super().__init__("{host} already belongs to another studio.", host=host)


MOST_RETRIES = 6
LONGEST_WAIT = 30


class RetryDaysOutOfRange(Refusal):
    """A failed auto-payment is tried again a few times, within weeks."""

    def __init__(self) -> None:
        super().__init__(
            "Give at most {most} waits of 1 to {longest} days.", most=MOST_RETRIES, longest=LONGEST_WAIT
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBusiness:
    """A studio to open: ``hosts`` are names without port, mailed links begin with ``public_address`` (B1)."""

    name: str
    hosts: tuple[str, ...]
    public_address: str
    zone: str
    currency: str
    contact_email: str
    locale: str = "en_GB"
    plan: Plan = Plan.STANDARD
    tagline: str = ""
    postal_address: str = ""
    hold_minutes: int = 15
    stripe_account: str | None = None


@dataclass(frozen=True, slots=True)
class StudioDetails:
    """How a studio presents itself."""

    name: str
    tagline: str
    postal_address: str
    contact_email: str


def open_business(new: NewBusiness, *, actor: Actor, now: datetime) -> BusinessFacts:
    """Open a studio on its hosts; raises HostTaken where another has one of them (B1)."""
    taken = db.session.scalars(select(BusinessHost.host).where(BusinessHost.host.in_(new.hosts))).first()
    if taken is not None:
        raise HostTaken(taken)
    business = Business(
        name=new.name,
        tagline=new.tagline,
        postal_address=new.postal_address,
        contact_email=new.contact_email,
        public_address=new.public_address,
        zone=new.zone,
        currency=new.currency,
        locale=new.locale,
        plan=new.plan,
        hold_minutes=new.hold_minutes,
        stripe_account=new.stripe_account,
        created_at=now,
    )
    db.session.add(business)
    db.session.flush()
    db.session.add_all(BusinessHost(host=host, business_id=business.id) for host in new.hosts)
    write_studio_audit(
        business.id, "business.opened", actor, now, {}, {"name": new.name, "hosts": list(new.hosts)}
    )
    db.session.flush()
    return business_of(business.id)


def set_plan(business: BusinessFacts, *, plan: Plan, actor: Actor, now: datetime) -> BusinessFacts:
    """Put the studio on a plan (B3): one without passes sells none from now on; those in use go on (B2).

    Sales that are being decided about at this moment come first (``plan_to_stay``). Rows that only refer to
    the business are not held up.
    """
    row = db.session.get_one(
        Business, business.id, with_for_update={"key_share": True}, populate_existing=True
    )
    if row.plan is not plan:
        before, row.plan = row.plan, plan
        write_studio_audit(
            row.id, "business.plan_set", actor, now, {"plan": before.value}, {"plan": plan.value}
        )
        db.session.flush()
    return business_of(row.id)


def need_second_factor(business_id: UUID, *, needed: bool, actor: Actor, now: datetime) -> None:
    """Decide whether all staff must use two-factor sign-in; whoever does not sets it up before anything
    else.
    """
    row = db.session.get_one(
        Business, business_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if row.staff_need_second_factor is not needed:
        row.staff_need_second_factor = needed
        before, after = {"two_factor_needed": not needed}, {"two_factor_needed": needed}
        write_studio_audit(row.id, "business.two_factor_needed", actor, now, before, after)


def plan_to_stay(business_id: UUID) -> Plan:
    """The plan that the studio is on, which nobody changes before this transaction ends.

    What a request read of its business when it began may be past: whoever sells or issues a pass asks again
    here, and takes no other lock after it that ``set_plan`` takes (B2).
    """
    plan: Plan = db.session.execute(_PLAN_TO_STAY, {"business_id": business_id}).scalar_one()
    return plan


def set_retry_days(
    business: BusinessFacts, *, days: tuple[int, ...], actor: Actor, now: datetime
) -> BusinessFacts:
    """Say how many days after the first, second … failed auto-payment the next is tried (M1).

    None at all: each is tried once. Tries that have their day already keep it. Raises RetryDaysOutOfRange.
    """
    if len(days) > MOST_RETRIES or not all(1 <= wait <= LONGEST_WAIT for wait in days):
        raise RetryDaysOutOfRange
    row = db.session.get_one(
        Business, business.id, with_for_update={"key_share": True}, populate_existing=True
    )
    before, after = row.retry_after_days, ",".join(map(str, days))
    if before != after:
        row.retry_after_days = after
        write_studio_audit(row.id, "business.retries_set", actor, now, {"days": before}, {"days": after})
        db.session.flush()
    return business_of(row.id)


def set_public_address(
    business: BusinessFacts, *, address: str, actor: Actor, now: datetime
) -> BusinessFacts:
    """Say where the studio is reached from now on: links in letters begin with it (B1)."""
    row = db.session.get_one(Business, business.id, with_for_update=True, populate_existing=True)
    if row.public_address != address:
        before, row.public_address = row.public_address, address
        write_studio_audit(row.id, "business.moved", actor, now, {"address": before}, {"address": address})
        db.session.flush()
    return business_of(row.id)


def change_details(
    business: BusinessFacts, details: StudioDetails, *, actor: Actor, now: datetime
) -> BusinessFacts:
    """Change how the studio presents itself: what shop, letters and receipts say from now on."""
    row = db.session.get_one(
        Business, business.id, with_for_update={"key_share": True}, populate_existing=True
    )
    wanted = asdict(details)
    before = {name: getattr(row, name) for name in wanted if getattr(row, name) != wanted[name]}
    for name in before:
        setattr(row, name, wanted[name])
    if before:
        write_studio_audit(
            row.id, "business.details_changed", actor, now, before, {name: wanted[name] for name in before}
        )
    db.session.flush()
    return business_of(row.id)


def end_set_up(business: BusinessFacts, *, actor: Actor, now: datetime) -> BusinessFacts:
    """Take the first steps off the staff page, for good; a second time changes nothing."""
    row = db.session.get_one(
        Business, business.id, with_for_update={"key_share": True}, populate_existing=True
    )
    if row.set_up_at is None:
        row.set_up_at = now
        write_studio_audit(row.id, "business.set_up", actor, now, {}, {})
        db.session.flush()
    return business_of(row.id)


def write_studio_audit(
    business_id: UUID,
    act: str,
    actor: Actor,
    now: datetime,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    """As ``write_audit``, for the one row whose business is itself."""
    db.session.add(
        AuditEntry(
            business_id=business_id,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
            act=act,
            subject=Business.__tablename__,
            subject_id=business_id,
            before=dict(before) or None,
            after=dict(after),
        )
    )
