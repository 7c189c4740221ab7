"""List the sites that may show a studio's classes in a frame."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from portal.models.business import Business, BusinessFacts
from portal.models.database import db
from portal.models.embedding import EmbeddingSite, embedding_origins
from portal.operations.auditing import Actor
from portal.operations.businesses import write_studio_audit
from portal.rules.origins import origin_of
from portal.rules.sentences import Refusal

MOST_SITES = 20


class NoOrigin(Refusal):
    """It is not the address of a site."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            "“{typed}” is not the address of a site. Enter one a line, like https://www.yourstudio.example.",
            typed=typed[:60],
        )


class TooManySites(Refusal):
    """More than fit into a header that browsers read."""

    def __init__(self) -> None:
        super().__init__("List {most} sites at most.", most=MOST_SITES)


def list_embedding_sites(
    business: BusinessFacts, typed: Sequence[str], *, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Let these sites, and no others, show the classes; as they are kept. Raises NoOrigin, TooManySites.

    Listing the same once more changes nothing and leaves no entry.
    """
    wanted = {_origin(text) for text in typed if text.strip()}
    if len(wanted) > MOST_SITES:
        raise TooManySites
    db.session.execute(select(Business.id).where(Business.id == business.id).with_for_update())
    before = set(embedding_origins(business.id))
    if wanted != before:
        db.session.execute(
            delete(EmbeddingSite).where(
                EmbeddingSite.business_id == business.id, EmbeddingSite.origin.in_(before - wanted)
            )
        )
        db.session.add_all(
            EmbeddingSite(business_id=business.id, origin=origin, added_at=now)
            for origin in sorted(wanted - before)
        )
        write_studio_audit(
            business.id,
            "business.embedding_set",
            actor,
            now,
            {"sites": sorted(before)},
            {"sites": sorted(wanted)},
        )
        db.session.flush()
    return tuple(sorted(wanted))


def _origin(typed: str) -> str:
    origin = origin_of(typed)
    if origin is None:
        raise NoOrigin(typed.strip())
    return origin
