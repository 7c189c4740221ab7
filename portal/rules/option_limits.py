"""What a studio may promise with a pass that it sells (P6, M1)."""

from portal.rules.facts import PassTerms
from portal.rules.instalments import MOST_INSTALMENTS, InstalmentTerms
from portal.rules.money import MOST_MONEY
from portal.rules.periods import FixedDates, Unit
from portal.rules.sentences import Money, Refusal

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 500
MOST_USES = 1_000
MOST_PER_SPAN = 100
MOST_START_DAYS = 3_650
FEWEST_INSTALMENTS = 2
MOST_OF = {Unit.DAYS: 3_650, Unit.MONTHS: 120}


class OptionNameWrong(Refusal):
    """A pass without a name, or with one that no list could show."""

    def __init__(self) -> None:
        super().__init__("Enter a name of at most {most} characters.", most=LONGEST_NAME)


class DescriptionTooLong(Refusal):
    """More than the shop shows on a card."""

    def __init__(self) -> None:
        super().__init__("Say it in {most} characters or fewer.", most=LONGEST_DESCRIPTION)


class PriceOutOfRange(Refusal):
    """A price that nobody can mean; nothing at all is a price."""

    def __init__(self, currency: str) -> None:
        super().__init__("Give a price of {most} at most.", most=Money(MOST_MONEY, currency))


class UsesOutOfRange(Refusal):
    """A counted pass has some uses."""

    def __init__(self) -> None:
        super().__init__("Give a number of uses from 1 to {most}.", most=MOST_USES)


class PeriodOutOfRange(Refusal):
    """A period of validity that is none, or as good as endless."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(f"Give a number of {unit.value} from 1 to {{most}}.", most=MOST_OF[unit])


class FixedDatesTurnedRound(Refusal):
    """The last day lies before the first."""

    def __init__(self) -> None:
        super().__init__("The last day is before the first.")


class StartOutOfRange(Refusal):
    """Days to start within: a number that somebody can mean."""

    def __init__(self) -> None:
        super().__init__("Give a number of days from 1 to {most}, or leave it empty.", most=MOST_START_DAYS)


class PerDayOutOfRange(Refusal):
    """Uses a day: a number that somebody can mean."""

    def __init__(self) -> None:
        super().__init__("Give a number from 1 to {most}, or leave it empty.", most=MOST_PER_SPAN)


class PerWeekOutOfRange(PerDayOutOfRange):
    """The same for a week."""


class UnlimitedForOne(Refusal):
    """An unlimited pass pays for one ticket of a class, or one person could fill it (P6)."""

    def __init__(self) -> None:
        super().__init__("An unlimited pass pays for one ticket of the same class at most.")


class InstalmentsOutOfRange(Refusal):
    """A price is paid in two parts at least."""

    def __init__(self) -> None:
        super().__init__("Give a number of instalments from 2 to {most}.", most=MOST_INSTALMENTS)


class InstalmentsTooSmall(Refusal):
    """Each part would be below what a card can be charged (M6)."""

    def __init__(self, least: Money) -> None:
        super().__init__("Each instalment must come to {least} or more.", least=least)


def refuse_option(*, name: str, description: str, price: int, currency: str) -> None:
    """Raise OptionNameWrong, DescriptionTooLong or PriceOutOfRange."""
    if not 0 < len(name) <= LONGEST_NAME:
        raise OptionNameWrong
    if len(description) > LONGEST_DESCRIPTION:
        raise DescriptionTooLong
    if not 0 <= price <= MOST_MONEY:
        raise PriceOutOfRange(currency)


def refuse_pass_terms(terms: PassTerms, start_within_days: int | None) -> None:
    """Raise UsesOutOfRange, PerDayOutOfRange, PerWeekOutOfRange, UnlimitedForOne, PeriodOutOfRange,
    FixedDatesTurnedRound or StartOutOfRange for terms that no pass can have.
    """
    if terms.uses is not None and not 1 <= terms.uses <= MOST_USES:
        raise UsesOutOfRange
    if terms.uses_per_day is not None and not 1 <= terms.uses_per_day <= MOST_PER_SPAN:
        raise PerDayOutOfRange
    if terms.uses_per_week is not None and not 1 <= terms.uses_per_week <= MOST_PER_SPAN:
        raise PerWeekOutOfRange
    if terms.uses is None and terms.several_per_class:
        raise UnlimitedForOne
    _refuse_validity(terms)
    if start_within_days is not None and not 1 <= start_within_days <= MOST_START_DAYS:
        raise StartOutOfRange


def refuse_instalments(
    instalments: InstalmentTerms | None, price: int, *, smallest_charge: int, currency: str
) -> None:
    """Raise InstalmentsOutOfRange or InstalmentsTooSmall; None is paid at once."""
    if instalments is None:
        return
    if not FEWEST_INSTALMENTS <= instalments.count <= MOST_INSTALMENTS:
        raise InstalmentsOutOfRange
    least = max(smallest_charge, 1)
    if price // instalments.count < least:
        raise InstalmentsTooSmall(Money(least, currency))


def _refuse_validity(terms: PassTerms) -> None:
    if isinstance(terms.validity, FixedDates):
        if terms.validity.last_day < terms.validity.first_day:
            raise FixedDatesTurnedRound
        return
    period = terms.validity.period
    if not 1 <= period.length <= MOST_OF[period.unit]:
        raise PeriodOutOfRange(period.unit)
