"""What every layout may ask: the visit and the page's address, and nothing that costs a statement."""

from flask import Flask, request

from portal.web.visitor import has_visit, visit


def describe_shell(app: Flask) -> None:
    """Put the visit into every template."""

    @app.context_processor
    def shell() -> dict[str, object]:
        return {"visit": visit() if has_visit() else None, "here": request.path}
