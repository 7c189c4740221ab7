"""What may stand in a policy as the origin of a site."""

import pytest

from portal.rules.origins import origin_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.studio.example", "https://www.studio.example"),
        (" www.Studio.example/ ", "https://www.studio.example"),
        ("https://studio.example:8443", "https://studio.example:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_an_origin_is_scheme_host_and_port(typed: str, kept: str) -> None:
    assert origin_of(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://studio.example",
        "https://studio.example/classes",
        "https://*.studio.example",
        "https://studio.example;script-src *",
        "https://studio.example 'self'",
        "https://studio.example\nhttps://evil.example",
        "javascript:alert(1)",
        "https://user@studio.example",
        "https://studio.example:99999",
        "https://studio..example",
        "data:text/html,x",
        "*",
        "https://" + "a" * 300 + ".example",
    ],
)
def test_all_else_is_none(typed: str) -> None:
    assert origin_of(typed) is None
