"""Settings of the shop: dated rows, each with who, when and the law's source. A change is a new row."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base


class Setting(Base):
    """The value of one setting from a day on (Europe/Copenhagen)."""

    __tablename__ = "setting"
    is_shown = True
    __table_args__ = (UniqueConstraint("key", "valid_from", "no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    no: Mapped[int]  # the same day may be corrected: the highest number holds
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(300), default="")
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(200))
