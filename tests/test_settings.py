"""What the environment says about the portal, and what it is refused for."""

import pytest

from portal.settings import Settings, UnsafeSettings

LEAST = {
    "DATABASE_URL": "sqlite://",
    "SECRET_KEY": "s" * 40,
    "STRIPE_SECRET_KEY": "sk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
}


@pytest.mark.parametrize(
    ("value", "plan_page", "contact"),
    [
        (None, True, ""),
        ("", True, ""),
        ("on", True, ""),
        ("off", False, ""),
        ("plans@example.com", False, "plans@example.com"),
        ("https://example.com/plans", False, "https://example.com/plans"),
    ],
)
def test_owners_have_the_plan_page_unless_somebody_else_is_named(
    value: str | None, plan_page: bool, contact: str
) -> None:
    settings = Settings.from_environment(LEAST if value is None else {**LEAST, "PUNCHCARD_PLAN_PAGE": value})
    assert (settings.plan_page, settings.plan_contact) == (plan_page, contact)


@pytest.mark.parametrize("value", ["yes", "javascript:alert(1)", "http://example.com", "ask me @ noon"])
def test_anything_else_is_refused_in_words(value: str) -> None:
    with pytest.raises(UnsafeSettings, match="PUNCHCARD_PLAN_PAGE must be on, off, or"):
        Settings.from_environment({**LEAST, "PUNCHCARD_PLAN_PAGE": value})
