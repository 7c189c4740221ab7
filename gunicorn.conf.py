"""How gunicorn serves the portal: here, in the journeys, in the benchmark and on a studio's own server."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
bind = [f"127.0.0.1:{os.environ.get('PORT', '8000')}"]
control_socket_disable = True  # several portals on one machine would share one socket in the home folder
