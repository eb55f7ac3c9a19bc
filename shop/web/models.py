"""The version of everything the public pages show, and the numbers taken in order."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base


class PageVersion(Base):
    """One row. It moves when something *shown* changes; stored pages of another version are not served."""

    __tablename__ = "page_version"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


class NumberSeries(Base):
    """A series of numbers read aloud; `next_no` is taken under the row's lock."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    prefix: Mapped[str] = mapped_column(String(20), default="")
    next_no: Mapped[int] = mapped_column(default=1)
