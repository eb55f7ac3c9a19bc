"""What each enterprise has had of a season, worked out by the hour: it takes every share of a year."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.db import Base, Ore


class SeasonFigure(Base):
    """Net øre and minutes of work of the orders placed in the year before `until`, as they stood at a moment."""

    __tablename__ = "season_figure"

    until: Mapped[date] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), primary_key=True, autoincrement=False)
    ore: Mapped[int] = mapped_column(Ore)
    minutes: Mapped[int] = mapped_column(Ore)
    at: Mapped[datetime]
