"""The Flask application of the stand-in."""

from flask import Flask, Response

from .api import api_of
from .controls import controls_of
from .pages import pages_of
from .stand_in import Settings, StandIn

EXTENSION = "stripe_stand_in"


def create_stand_in(settings: Settings | None = None) -> Flask:
    """A stand-in of its own, not yet ticking; `stand_in_of(app)` is what it remembers."""
    app = Flask(__name__)
    stand_in = StandIn(settings or Settings())
    app.extensions[EXTENSION] = stand_in
    for addresses in (api_of(stand_in), pages_of(stand_in), controls_of(stand_in)):
        app.register_blueprint(addresses)

    @app.errorhandler(ConnectionAbortedError)
    def dropped(_: ConnectionAbortedError) -> Response:
        # The connection is gone already; this goes nowhere.
        return Response(status=500)

    return app


def stand_in_of(app: Flask) -> StandIn:
    """What the application remembers and does."""
    stand_in = app.extensions[EXTENSION]
    assert isinstance(stand_in, StandIn)
    return stand_in
