"""The pages of all acts on a pass."""

from portal.web.staff.pass_acts import (
    activation,
    adjustment,
    deactivation,
    edit,
    extension,
    issue,
    pause,
    refund,
    undo,
)

PAGES = (
    deactivation.pages,
    activation.pages,
    edit.pages,
    extension.pages,
    pause.pages,
    refund.pages,
    adjustment.pages,
    undo.pages,
    issue.pages,
)
"""A blueprint an act."""
