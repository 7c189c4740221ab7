"""How gunicorn serves the portal: here, in the journeys, in the benchmark and on a studio's own server."""

import os
import socket
import sys

from portal.logs import JSON, logging_settings


def has_ipv6() -> bool:
    """Whether this machine answers at [::1], where browsers look for localhost first."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


port = os.environ.get("PORT", "8000")
host = os.environ.get("HOST")
worker_class = "gthread"
sys.setswitchinterval(0.0005)  # seconds: whoever holds SQLite's write lock soon has the interpreter again
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
keepalive = 5  # seconds that a silent connection is kept for its next request
forwarder_headers = "NONE"  # no header of a request says where in the portal it goes
bind = [f"{host}:{port}"] if host else [f"127.0.0.1:{port}", *([f"[::1]:{port}"] if has_ipv6() else [])]
logconfig_dict = logging_settings(os.environ.get("LOG_FORMAT") or JSON)  # its own words like the portal's
control_socket_disable = True  # several portals on one machine would share one socket in the home folder
