"""Every address there is, so that none goes missing or comes into being unnoticed."""

from pathlib import Path

from flask import Flask

LIST = Path(__file__).parent / "routes.txt"


def routes(site: Flask) -> str:
    rules = sorted(site.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))
    return "".join(
        f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'})):5} {rule.rule}\n" for rule in rules
    )


def test_the_addresses_are_those_on_the_list(site: Flask) -> None:
    assert routes(site) == LIST.read_text()
