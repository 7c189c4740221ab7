"""The sites that may show a studio's classes in a frame."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.database import Base, Instant, OfBusiness, check, read, table_of


class EmbeddingSite(OfBusiness, Base):
    """One origin ("https://www.yourstudio.example"), without a path."""

    __tablename__ = "embedding_site"
    __table_args__ = (
        UniqueConstraint("business_id", "origin"),
        check("origin_has_its_scheme", "origin LIKE 'https://%' OR origin LIKE 'http://%'"),
    )

    origin: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(Instant)


_site = table_of(EmbeddingSite)
_ORIGINS = (
    select(_site.c.origin).where(_site.c.business_id == bindparam("business_id")).order_by(_site.c.origin)
)


def embedding_origins(business_id: UUID) -> tuple[str, ...]:
    """The origins that a studio lists, in their order."""
    return tuple(read(_ORIGINS, {"business_id": business_id}).scalars())
