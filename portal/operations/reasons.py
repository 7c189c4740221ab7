"""Why staff act, and who: every act of theirs on a client's pass or money keeps both (S9)."""

from uuid import UUID

from portal.models.audit import ActorKind
from portal.operations.auditing import Actor
from portal.rules.sentences import Refusal

LONGEST_REASON = 500


class ReasonNeeded(Refusal):
    """No reason was given."""

    def __init__(self) -> None:
        super().__init__("Please say why: the reason is kept with what you do.")


class ReasonTooLong(Refusal):
    """The reason has more characters than are kept."""

    def __init__(self) -> None:
        super().__init__(f"Please say it in {LONGEST_REASON} characters or fewer.")


def given_reason(reason: str) -> str:
    """The reason without surrounding space; raises ReasonNeeded or ReasonTooLong."""
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong
    return reason


def staff_member_of(actor: Actor) -> UUID:
    """The member of staff who acts; a row that names its author takes nobody else."""
    if actor.kind is not ActorKind.STAFF or actor.id is None:
        raise ValueError("Only a member of staff may do this.")
    return actor.id
