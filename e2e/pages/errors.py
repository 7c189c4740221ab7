"""Pages for what is not to be had."""

from e2e.pages.screen import Screen


class NotFound(Screen):
    """Nothing is here, or it is somebody else's."""

    path = r"/.*"
    heading = "Page not found"


class NoStudio(Screen):
    """Nobody's host."""

    path = r"/.*"
    heading = "No studio here"
