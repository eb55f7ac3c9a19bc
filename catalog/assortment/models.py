"""What an enterprise proposes of its items, what was said about it, and the photos it sends."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.items.models import Item, ItemVersion
from shop.db import Base, Ore

DRAFT, SENT, ASKED, DECLINED, APPROVED = "draft", "sent", "asked", "declined", "approved"
WAITING, READY, REFUSED = "waiting", "ready", "refused"
SUPPLIER_SIDE, OFFICE_SIDE = "supplier", "office"


class Photo(Base):
    """A photo as it was sent. The worker makes the pictures, whose hash is `digest`, and deletes the raw file."""

    __tablename__ = "item_photo"
    __table_args__ = (CheckConstraint(f"state IN {(WAITING, READY, REFUSED)}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    raw: Mapped[str] = mapped_column(String(64))  # SHA-256 of what was sent: its file's name until it has been read
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    why: Mapped[str] = mapped_column(String(40), default="")  # a key of the sentences in photos.WHY
    digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]


class Proposal(Base):
    """The next version of an item while it is worked on and judged; at most one is open for an item.

    `edition` grows with each save, so that of two people at work the second sees what the first did. The prices hold
    from the approval on, or from `price_from` if that is later (net to the shop, gross alone to a consumer).
    """

    __tablename__ = "item_proposal"
    __table_args__ = (
        CheckConstraint(f"state IN {(DRAFT, SENT, ASKED, DECLINED, APPROVED)}", name="state"),
        CheckConstraint("agreed_ore >= 0 AND gross_ore >= 0", name="positive"),
        Index(
            "uq_item_proposal_open",
            "item_id",
            unique=True,
            sqlite_where=text("state != 'approved'"),
            postgresql_where=text("state != 'approved'"),
        ),
        Index("ix_item_proposal_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), unique=True)
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("item_photo.id"))
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    edition: Mapped[int] = mapped_column(default=1)
    agreed_ore: Mapped[int | None] = mapped_column(Ore)
    sold_alone: Mapped[bool] = mapped_column(default=False)
    gross_ore: Mapped[int | None] = mapped_column(Ore)
    price_from: Mapped[date | None]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    item: Mapped[Item] = relationship()
    version: Mapped[ItemVersion] = relationship()
    sent_photo: Mapped[Photo | None] = relationship()


class Comment(Base):
    """What one side said to the other about an item."""

    __tablename__ = "item_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"))
    at: Mapped[datetime]
    by_name: Mapped[str] = mapped_column(String(200))
    side: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(Text)
