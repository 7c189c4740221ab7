"""What a change of a purchase option will do, and how many clients it touches, before it is done (S8)."""

from collections.abc import Callable

from portal.models.option_pages import ListedOption
from portal.models.option_passes import OptionReach
from portal.models.option_sales import OptionSales
from portal.rules.sentences import Count, Sentence
from portal.web.staff.pass_acts.effects import Effect

Effects = Callable[[ListedOption, OptionReach], tuple[Effect, ...]]


def of_deactivating(_option: ListedOption, reach: OptionReach) -> tuple[Effect, ...]:
    """Nobody can use theirs; what they paid for stays, and nothing more is charged (S8, S3, S4)."""
    return (
        Effect("Clients", _touched(reach, "can no longer use it", "can no longer use theirs")),
        Effect("Upcoming visits", _visits(reach)),
        Effect("Auto-payments", Sentence("None is attempted for these passes any more.")),
        Effect("In the shop", Sentence("It is not sold while it is deactivated.")),
    )


def of_activating(option: ListedOption, reach: OptionReach) -> tuple[Effect, ...]:
    """Passes count again, but for those that staff deactivated one by one (S8, S7)."""
    shop = "It is on sale again." if option.on_sale else "It stays off sale."
    return (
        Effect("Clients", _touched(reach, "can use it again", "can use theirs again")),
        Effect("One by one", Sentence("Passes that you deactivated one by one stay deactivated.")),
        Effect("Auto-payments", Sentence("Those to come resume; those of days gone by are not charged.")),
        Effect("In the shop", Sentence(shop)),
    )


def of_taking_off_sale(option: ListedOption, reach: OptionReach) -> tuple[Effect, ...]:
    """Only the shop changes (S8)."""
    return (Effect("In the shop", Sentence("Nobody can buy it any more.")), _owners(option, reach))


def of_putting_on_sale(option: ListedOption, reach: OptionReach) -> tuple[Effect, ...]:
    """Only the shop changes; a deactivated one is still not sold (S8)."""
    shop = "It is sold once it is activated as well." if option.deactivation else "Everybody can buy it."
    return (Effect("In the shop", Sentence(shop)), _owners(option, reach))


def of_changing(sales: OptionSales) -> tuple[Effect, ...]:
    """What is sold keeps its terms; what lies in baskets does not, and coverage changes at once (R6, R7)."""
    return (
        Effect("Passes sold", _keep(sales.passes)),
        Effect("Classes it covers", _covered(sales.passes)),
        Effect("Baskets", _in_baskets(sales.baskets)),
        Effect("Being paid", _being_paid(sales.being_paid)),
    )


def _keep(passes: int) -> Sentence:
    if not passes:
        return Sentence("None was sold or issued yet.")
    verb = "keeps the terms it was" if passes == 1 else "keep the terms they were"
    return Sentence(f"{{passes}} {verb} sold with.", {"passes": Count(passes, "pass", "passes")})


def _covered(passes: int) -> Sentence:
    if not passes:
        return Sentence("A change concerns no pass yet.")
    return Sentence(
        "A change reaches {passes} at once; visits that are booked stay.",
        {"passes": Count(passes, "pass", "passes")},
    )


def _in_baskets(baskets: int) -> Sentence:
    if not baskets:
        return Sentence("No basket holds it at the moment.")
    verb = "holds it and shows" if baskets == 1 else "hold it and show"
    return Sentence(
        f"{{baskets}} {verb} the new price and terms as soon as you save.",
        {"baskets": Count(baskets, "basket", "baskets")},
    )


def _being_paid(bookings: int) -> Sentence:
    if not bookings:
        return Sentence("No booking with it is being paid.")
    verb = "brings" if bookings == 1 else "bring"
    return Sentence(
        f"{{bookings}} {verb} the pass as it was quoted.",
        {"bookings": Count(bookings, "booking that is being paid", "bookings that are being paid")},
    )


def _owners(option: ListedOption, reach: OptionReach) -> Effect:
    if option.deactivation:
        return Effect("Clients", Sentence("While it is deactivated nobody can use theirs."))
    return Effect(
        "Clients", _touched(reach, "has one and can go on using it", "have one and can go on using it")
    )


def _touched(reach: OptionReach, one: str, many: str) -> Sentence:
    if not reach.clients:
        return Sentence("No client has a pass of it to use.")
    clients = Count(reach.clients, "client", "clients")
    text = f"{{clients}} {one if reach.clients == 1 else many}"
    if reach.usable_passes > reach.clients:
        passes = Count(reach.usable_passes, "pass", "passes")
        return Sentence(f"{text} ({{passes}}).", {"clients": clients, "passes": passes})
    return Sentence(f"{text}.", {"clients": clients})


def _visits(reach: OptionReach) -> Sentence:
    if not reach.upcoming_visits:
        return Sentence("None is paid with a pass of it.")
    verb = "stays" if reach.upcoming_visits == 1 else "stay"
    visits = Count(reach.upcoming_visits, "visit", "visits")
    return Sentence(f"{{visits}} {verb} booked and paid.", {"visits": visits})
