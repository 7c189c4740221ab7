"""The worker that gunicorn serves with: a client that sends slowly, or nothing, keeps no thread from others.

gunicorn's own threaded worker waits five seconds in a thread for the first byte of a connection, and without
end for the rest of a request: sixteen half requests kept everybody out. Behind a proxy that reads requests
whole this never happens; a portal that is reached directly has only this.
"""

import socket
from contextlib import suppress
from time import monotonic
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker  # type: ignore[import-untyped]


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """A threaded worker that hears each request out for ``patience`` seconds, and no longer.

    After that the reading half of its connection is closed: what has not come by then never will, while an
    answer that is being made still gets out.
    """

    patience = 10.0
    first_byte_patience = 0.05

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._heard: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Hear one request out; a connection that is silent so far waits without a thread."""
        if not (conn.initialized or conn.data_ready or conn.wait_for_data(self.first_byte_patience)):
            return _DEFER
        self._heard[conn] = monotonic() + self.patience
        try:
            return super().handle(conn)
        finally:
            self._heard.pop(conn, None)

    def murder_pending(self) -> None:
        """About once a second, in gunicorn's own loop: listen no longer to whoever had their time."""
        super().murder_pending()
        for conn, until in list(self._heard.items()):
            if until < monotonic():
                with suppress(OSError):
                    socket.socket.shutdown(conn.sock, socket.SHUT_RD)
