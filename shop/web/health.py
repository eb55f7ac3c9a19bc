"""Whether the shop is alive, ready, and how it is doing; for machines."""

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from shop.db import db
from shop.jobs.models import Intention
from shop.mail.models import FAILED, Letter


def healthz() -> Response:
    """Alive: the process answers."""
    return Response("ok\n", mimetype="text/plain")


def readyz() -> Response:
    """Ready: the database answers too."""
    try:
        db.session.execute(text("SELECT version FROM page_version"))
    except SQLAlchemyError:
        db.session.rollback()
        return Response("the database does not answer\n", status=503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


def metrics() -> Response:
    """What a monitor counts, as Prometheus reads it; no personal data."""
    registry = CollectorRegistry()
    waiting = Gauge("faelleskurven_intentions_open", "Intentions not carried out yet", registry=registry)
    waiting.set(db.session.scalar(select(func.count()).select_from(Intention).where(Intention.done_at.is_(None))) or 0)
    failed = Gauge("faelleskurven_letters_failed", "Letters that could not be sent", registry=registry)
    failed.set(db.session.scalar(select(func.count()).select_from(Letter).where(Letter.state == FAILED)) or 0)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def install(app: Flask) -> None:
    """Give the app its three addresses for machines."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/metrics", "metrics", metrics)
