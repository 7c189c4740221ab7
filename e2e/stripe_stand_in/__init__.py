"""A stand-in for Stripe, for development and tests: the API its SDK speaks, a hosted page, webhooks, faults.

Nothing here is deployed and no money moves. See README.md beside this file.
"""

from .app import create_stand_in, stand_in_of
from .stand_in import Settings, StandIn

__all__ = ["Settings", "StandIn", "create_stand_in", "stand_in_of"]
