"""A sentence that is kept says the same when it is read back."""

import json
from datetime import UTC, date, datetime

from portal.rules.kept_sentences import kept, read_back
from portal.rules.sentences import Count, Money, Sentence


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    sentence = Sentence(
        "{name} {number} {day:year} {moment} {amount} {uses}",
        {
            "name": "Ada",
            "number": 3,
            "day": date(2026, 12, 10),
            "moment": datetime(2026, 12, 10, 9, 30, tzinfo=UTC),
            "amount": Money(-1250, "GBP"),
            "uses": Count(1, "use", "uses"),
        },
    )
    again = read_back(json.loads(json.dumps(kept(sentence))))
    assert again == sentence
    assert str(again) == "Ada 3 10 Dec 2026 09:30 −£12.50 1 use"
