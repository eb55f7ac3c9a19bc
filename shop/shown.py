"""The version of everything the public pages show."""

from sqlalchemy import CheckConstraint, update
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, db


class PageVersion(Base):
    """One row. It moves when something *shown* changes; stored pages of another version are not served."""

    __tablename__ = "page_version"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


def move_page_version() -> None:
    """Call in the transaction that changes something shown: a text, a price, a picture, an availability step."""
    db.session.execute(update(PageVersion).values(version=PageVersion.version + 1))
