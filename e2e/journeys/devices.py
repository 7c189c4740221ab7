"""With which devices a journey is walked.

Scripts and widths do not act on each other (the style sheet knows of no scripts, the script of no widths), so
two ways meet all of them: with and without scripts, on a phone and on a desk. Half of the journeys take one
such pair, half the other. A journey that names no pair is walked in all four ways, to be sure of that: those
of a code beside a pass, the heart of the portal, are.
"""

import pytest

from e2e.conftest import DEVICES

SCRIPT_ON_DESK, SCRIPT_ON_PHONE, PLAIN_ON_DESK, PLAIN_ON_PHONE = DEVICES

SCRIPT_ON_PHONE_PLAIN_ON_DESK = pytest.mark.parametrize("device", [SCRIPT_ON_PHONE, PLAIN_ON_DESK], ids=str)
SCRIPT_ON_DESK_PLAIN_ON_PHONE = pytest.mark.parametrize("device", [SCRIPT_ON_DESK, PLAIN_ON_PHONE], ids=str)
SCRIPT_ONLY = pytest.mark.parametrize("device", [SCRIPT_ON_DESK, SCRIPT_ON_PHONE], ids=str)
