"""What a change of the plan will do, at one glance, before it is done (B3)."""

from portal.models.business import Plan
from portal.models.plan_outlook import OptionOnPlan, PlanOutlook
from portal.rules.sentences import Count, Money, Sentence, Value
from portal.web.staff.pass_acts.effects import Effect

MOST_LISTED = 12


def effects_of_change(
    outlook: PlanOutlook, now_on: Plan, wanted: Plan, *, currency: str
) -> tuple[Effect, ...]:
    """What becomes of passes: they go, they come back, or nothing changes for them (B2)."""
    if now_on.has_passes and not wanted.has_passes:
        return (
            _in_use(outlook, "stay usable: they pay in baskets as before."),
            _off_sale(outlook),
            Effect("Issuing", Sentence("Staff can give no new pass.")),
            Effect("Purchase Options", Sentence("They are kept as they are, and locked.")),
            _auto_payments(outlook, currency),
            *_being_bought(outlook),
        )
    if wanted.has_passes and not now_on.has_passes:
        return (
            _back_on_sale(outlook),
            Effect(
                "Purchase Options", Sentence("They are unlocked, as you left them; staff can give passes.")
            ),
            _in_use(outlook, "stay as they are."),
            _auto_payments(outlook, currency),
        )
    return (
        Effect("Passes", Sentence("They are sold and used as before.")),
        Effect("Customers", Sentence("Nothing changes for them.")),
    )


def _in_use(outlook: PlanOutlook, what: str) -> Effect:
    if not outlook.usable_passes:
        return Effect("Passes in use", Sentence("No client has a pass to use."))
    passes = Count(outlook.usable_passes, "pass", "passes")
    words = what.replace("stay", "stays").replace("they pay", "it pays") if passes.number == 1 else what
    each = [
        _of_option(it, Count(it.usable_passes, "pass", "passes"))
        for it in outlook.options
        if it.usable_passes
    ]
    return Effect("Passes in use", Sentence(f"{{passes}} {words}", {"passes": passes}), _listed(each))


def _off_sale(outlook: PlanOutlook) -> Effect:
    if not outlook.in_shop:
        return Effect("Comes off sale", Sentence("Nothing: no pass is on sale."))
    passes = Count(len(outlook.in_shop), "purchase option", "purchase options")
    told = Sentence("{options}, until you are on Standard or above again.", {"options": passes})
    return Effect("Comes off sale", told, _names(outlook))


def _back_on_sale(outlook: PlanOutlook) -> Effect:
    if not outlook.in_shop:
        return Effect("On sale", Sentence("Nothing yet: put a purchase option on sale."))
    passes = Count(len(outlook.in_shop), "purchase option", "purchase options")
    return Effect("On sale", Sentence("{options}, as before.", {"options": passes}), _names(outlook))


def _auto_payments(outlook: PlanOutlook, currency: str) -> Effect:
    if not outlook.auto_payments or outlook.next_auto_payment is None:
        return Effect("Auto-payments", Sentence("None is to come."))
    values: dict[str, Value] = {
        "payments": Count(outlook.auto_payments, "auto-payment", "auto-payments"),
        "total": Money(outlook.auto_payments_total, currency),
        "day": outlook.next_auto_payment,
    }
    verb = "goes" if outlook.auto_payments == 1 else "go"
    told = Sentence(f"{{payments}} to come {verb} on, {{total}} in all, the next on {{day}}.", values)
    each = [
        Sentence(
            "{name}: {payments}, {total}",
            {
                "name": it.name,
                "payments": Count(it.auto_payments, "auto-payment", "auto-payments"),
                "total": Money(it.auto_payments_total, currency),
            },
        )
        for it in outlook.options
        if it.auto_payments
    ]
    return Effect("Auto-payments", told, _listed(each))


def _being_bought(outlook: PlanOutlook) -> tuple[Effect, ...]:
    told = []
    if outlook.baskets:
        verb = "holds" if outlook.baskets == 1 else "hold"
        baskets = Count(outlook.baskets, "open basket", "open baskets")
        words = f"{{baskets}} {verb} a pass that can no longer be bought; the rest can."
        told.append(Sentence(words, {"baskets": baskets}))
    if outlook.claimed_sales:
        verb = "is" if outlook.claimed_sales == 1 else "are"
        sales = Count(outlook.claimed_sales, "pass", "passes")
        words = f"{{sales}} {verb} being paid at this moment; that completes."
        told.append(Sentence(words, {"sales": sales}))
    return tuple(Effect("Being bought", one) for one in told)


def _of_option(option: OptionOnPlan, passes: Count) -> Sentence:
    return Sentence("{name}: {passes}", {"name": option.name, "passes": passes})


def _names(outlook: PlanOutlook) -> tuple[Sentence, ...]:
    return _listed([Sentence("{name}", {"name": name}) for name in outlook.in_shop])


def _listed(each: list[Sentence]) -> tuple[Sentence, ...]:
    rest = len(each) - MOST_LISTED
    more = (Sentence("and {more} more", {"more": rest}),) if rest > 0 else ()
    return (*each[:MOST_LISTED], *more)
