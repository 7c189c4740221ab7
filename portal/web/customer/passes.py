"""The passes on sale (address: /passes)."""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from portal.gateways.smallest_charge import smallest_charge
from portal.models.shop_pages import PassOnSale, passes_on_sale
from portal.rules.instalments import parts, price_words
from portal.rules.sentences import Count, Sentence
from portal.rules.validity import terms_words
from portal.web.security import let_browsers_keep
from portal.web.visitor import business

pages = Blueprint("passes", __name__)


@pages.get("/passes")
def pass_shop() -> Response:
    """Every pass on sale as a card; on a plan without passes the page says so (B2)."""
    on_sale = passes_on_sale(business().id) if business().plan.has_passes else []
    cards = [(option, conditions_of(option)) for option in on_sale]
    return let_browsers_keep(make_response(render_template("customer/passes/shop.html", cards=cards)))


def conditions_of(option: PassOnSale) -> list[Sentence]:
    """What a pass promises and what it asks, a sentence each (P6)."""
    told = [terms_words(option.validity)]
    if (plan := _plan_of(option)) is not None:
        told.insert(0, plan)
    if option.start_within_days is not None:
        days = Count(option.start_within_days, "day", "days")
        told.append(Sentence("Your first class must be within {days} of buying it", {"days": days}))
    for most, period in ((option.uses_per_day, "a day"), (option.uses_per_week, "a week")):
        if most is not None:
            told.append(Sentence("Up to {classes} " + period, {"classes": Count(most, "class", "classes")}))
    if option.several_per_class and option.uses is not None:
        told.append(Sentence("Bring friends: it pays for more than one ticket of the same class"))
    return told


def _plan_of(option: PassOnSale) -> Sentence | None:
    """How a price is paid in instalments, where it is (M1); one too small to be parted is not."""
    if option.instalments is None:
        return None
    currency = business().currency
    amounts = parts(option.price, option.instalments.count, smallest_charge=smallest_charge(currency))
    return price_words(amounts, option.instalments.rhythm, currency) if len(amounts) > 1 else None
