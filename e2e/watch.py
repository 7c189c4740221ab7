"""What must happen on no page of any journey, watched for on all of them."""

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

MAY_BE_REFUSED = ("document", "fetch", "xhr")
TOLD_BY_THE_RESPONSE = "Failed to load resource"


class Watch:
    """Notes every fault of the pages in one browser window: what the server could not answer, what a script
    threw, what the Content-Security-Policy blocked, what was asked of another host.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def assert_nothing_seen(self) -> None:
        """Fail with all that was seen."""
        assert not self.faults, "On the way:\n  " + "\n  ".join(self.faults)

    def _console(self, message: ConsoleMessage) -> None:
        """Blocked content is told here too; refused pages are judged by their response."""
        if message.type in {"error", "warning"} and not message.text.startswith(TOLD_BY_THE_RESPONSE):
            self.faults.append(f"console {message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"script error: {error.error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        host = address.hostname or ""
        if address.scheme in {"http", "https"} and host != "127.0.0.1" and host.split(".")[-1] != "localhost":
            self.faults.append(f"asked another host: {request.url}")

    def _response(self, response: Response) -> None:
        """A page may be refused to a person (404, 422); what a page is made of must be there."""
        may_be_refused = response.request.resource_type in MAY_BE_REFUSED
        if response.status >= 500 or (response.status >= 400 and not may_be_refused):
            self.faults.append(f"{response.status}: {response.request.method} {response.url}")
