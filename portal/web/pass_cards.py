"""A client's pass as a card: its status, what is left of it, when it counts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.models.account_pages import PassInAccount
from portal.rules.facts import OwnedPass
from portal.rules.passes import PassStatus, decided_words, is_paused_on, status
from portal.rules.sentences import Count, Sentence
from portal.rules.validity import start_by_words, validity_words
from portal.web.time_line import TimeLine, time_line
from portal.web.wording import wording

MOST_HOLES = 40  # beyond this a row of holes says less than its number

STATUS_WORDS = {
    PassStatus.DEACTIVATED: "Deactivated",
    PassStatus.WITHDRAWN: "Withdrawn",
    PassStatus.USED_UP: "Used up",
    PassStatus.EXPIRED: "Expired",
    PassStatus.NOT_STARTED: "Not started",
    PassStatus.ACTIVE: "Active",
}


@dataclass(frozen=True, slots=True)
class PassCard:
    """What a card shows. ``holes`` is (left, of how many), or nothing where there are none to draw."""

    id: UUID
    name: str
    status: PassStatus
    status_words: str
    validity: Sentence
    decided: Sentence | None
    is_paused: bool
    start_by: Sentence | None
    uses: Sentence
    uses_claimed: int
    holes: tuple[int, int] | None
    covers: tuple[str, ...]
    bought_on: date
    bought_with: str | None
    time_line: TimeLine | None

    @property
    def is_current(self) -> bool:
        """Whether it may still pay for something: not P10's "Inactive"."""
        return not self.status.inactive

    @property
    def stops_payments(self) -> bool:
        """Whether its instalments are not charged: it is deactivated or withdrawn (S4, S8)."""
        return self.status.stops_payments


def pass_card(of: PassInAccount, today: date) -> PassCard:
    """The card of a pass on a day of the business's zone."""
    owned = of.owned
    now_is = status(owned, today)
    return PassCard(
        id=owned.id,
        name=owned.name,
        status=now_is,
        status_words=STATUS_WORDS[now_is],
        validity=validity_words(owned, today),
        decided=decided_words(owned, today),
        is_paused=is_paused_on(owned, today) and not now_is.inactive,
        start_by=start_by_words(owned.start_by) if owned.start_by and not owned.booked else None,
        uses=uses_words(owned),
        uses_claimed=of.uses_claimed,
        holes=_holes(owned),
        covers=of.covers,
        bought_on=owned.bought_on,
        bought_with=of.bought_with,
        time_line=time_line(owned, today, wording().day),
    )


def pass_cards(passes: list[PassInAccount], today: date) -> list[PassCard]:
    """Cards of several passes: those that may still pay first, each part with the newest first."""
    cards = [pass_card(each, today) for each in passes]
    return sorted(cards, key=lambda card: not card.is_current)


def uses_words(owned: OwnedPass) -> Sentence:
    """Reads "7 of 10 uses left"; more than were bought where staff added some."""
    if owned.uses_left is None or owned.terms.uses is None:
        return Sentence("Unlimited uses")
    if owned.uses_left > owned.terms.uses:
        return Sentence("{uses} left", {"uses": Count(owned.uses_left, "use", "uses")})
    of = Count(owned.terms.uses, "use", "uses")
    return Sentence("{left} of {uses} left", {"left": owned.uses_left, "uses": of})


def _holes(owned: OwnedPass) -> tuple[int, int] | None:
    if owned.uses_left is None or owned.terms.uses is None:
        return None
    whole = max(owned.terms.uses, owned.uses_left)
    return (owned.uses_left, whole) if whole <= MOST_HOLES else None
