"""What a first visit brings over the wire: the page, its styles, scripts and icon, heads included."""

import re

from bench.steps import seen
from bench.wire import Wire

_FETCHED = re.compile(r'<(?:link rel|script)[^>]*?(?:href|src)="([^"]+)"')
"""A link without ``rel`` states a fact about the page (schema.org): nobody fetches it."""


def first_visit_bytes(port: int, path: str, *, cookie: str = "") -> int:
    """The compressed bytes of a page and of everything that it loads, as a browser without a cache gets
    them.
    """
    with Wire(port) as wire:
        page = seen(wire.get(path, cookie=cookie))
        return page.size + sum(seen(wire.get(file)).size for file in _FETCHED.findall(page.page()))
