"""Letters, kept as sent until their retention day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base

WAITING, SENT, FAILED, BOUNCED = "waiting", "sent", "failed", "bounced"


class Letter(Base):
    """One letter to one address. `key` is unique: the same letter posted twice is one."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    to_address: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    attachments: Mapped[list[str]] = mapped_column(default=list)
    about: Mapped[str] = mapped_column(String(40), default="")
    about_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default=WAITING, index=True)
    error: Mapped[str] = mapped_column(String(1000), default="")
    posted_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    keep_until: Mapped[date]
