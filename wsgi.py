"""What a WSGI server serves: ``gunicorn wsgi:app``. Also what ``flask`` finds."""

from portal import create_app

app = create_app()
