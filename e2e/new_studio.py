"""``make studio``: a studio of one's own on the books that ``make run`` keeps, beside the demo.

The portal may be running meanwhile: the new studio answers at once.
"""

import os

from e2e.packages import stop
from e2e.run_demo import VAR, environment_for
from e2e.servers import BIN

USUAL_PORT = 8000


def main() -> None:
    """Ask what ``flask create-business`` asks."""
    if not (VAR / "secret-key").exists():
        stop("There are no books yet. Run `make run` first, in another terminal.")
    flask = str(BIN / "flask")
    environment = environment_for(int(os.environ.get("PORT") or USUAL_PORT))
    os.execvpe(flask, [flask, "create-business"], environment)  # noqa: S606  it is to be in our place


if __name__ == "__main__":
    main()
