"""What no form and no link of ours sends is refused before any page reads it: NUL characters, and files.

PostgreSQL keeps no NUL in a text, and a file in the place of a text has none of a text's methods: either
would be a fault of ours (500) where it is the sender's (400).
"""

from collections.abc import Iterator
from itertools import chain

from flask import request
from werkzeug.exceptions import BadRequest

NUL = "\0"


def refuse_what_no_form_sends() -> None:
    """Raise BadRequest for a NUL in the path, the query or the form, and for any file."""
    if NUL in request.path or b"%00" in request.query_string:
        raise BadRequest
    if request.method == "POST" and (request.files or any(NUL in text for text in _typed())):
        raise BadRequest


def _typed() -> Iterator[str]:
    """Every name and every text of the form."""
    return chain(request.form, chain.from_iterable(request.form.listvalues()))
