"""Lists that are shown a page at a time: which page the address asks for, and those before and after it."""

from urllib.parse import urlencode

from flask import request

LAST_PAGE = 500


def page_asked() -> int:
    """The address's ``page``, from 1; nonsense is the first."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def neighbours(page: int, *, more: bool) -> dict[str, str | None]:
    """The addresses of the pages before and after, with the same filters, as templates ask for them."""
    return {
        "earlier": _address(page - 1) if page > 1 else None,
        "later": _address(page + 1) if more else None,
    }


def _address(page: int) -> str:
    kept = [pair for pair in request.args.items(multi=True) if pair[0] != "page"]
    return f"{request.path}?{urlencode([*kept, ('page', page)])}"
