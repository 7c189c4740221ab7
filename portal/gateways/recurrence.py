"""Which days a weekly rhythm falls on, counted by python-dateutil as iCalendar says (RFC 5545)."""

from datetime import date, datetime, time

from dateutil import rrule

from portal.rules.weekly import Weekly

_BY_NUMBER = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


def days_of(weekly: Weekly, first: date, last: date) -> list[date]:
    """The days between two, both included, on which it falls. Weeks begin on Monday."""
    last = last if weekly.last_on is None else min(last, weekly.last_on)
    rule = rrule.rrule(
        rrule.WEEKLY,
        dtstart=datetime.combine(weekly.first_on, time()),
        interval=weekly.every_weeks,
        byweekday=[_BY_NUMBER[day.number] for day in weekly.days],
        wkst=rrule.MO,
        until=datetime.combine(last, time()),
    )
    return [moment.date() for moment in rule if moment.date() >= first]
