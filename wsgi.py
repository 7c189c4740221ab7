"""What a WSGI server serves: ``gunicorn wsgi:app``. Also what ``flask`` finds."""

from portal import create_app
from portal.logs import start_logging
from portal.settings import Settings

settings = Settings.from_environment()
start_logging(settings.log_format)
app = create_app(settings)
