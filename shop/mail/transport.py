"""How letters leave the house: an SMTP server, or files in the data folder when none is set."""

from urllib.parse import unquote, urlsplit

from flask import Flask, current_app
from flask_mailman import EmailMultiAlternatives, Mail

from shop.errors import ConfigError

mail = Mail()


def init_mail(app: Flask) -> None:
    """Read MAIL_URL: smtp://user:password@host:port (STARTTLS when offered on 587) or smtps://…; refuses others."""
    settings = app.config["SETTINGS"]
    app.config["MAIL_BACKEND"] = "smtp" if settings.mail_url else "locmem"
    if settings.mail_url:
        parts = urlsplit(settings.mail_url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ConfigError("MAIL_URL must look like smtp://user:password@host:587 or smtps://user:password@host.")
        app.config.update(
            MAIL_SERVER=parts.hostname,
            MAIL_PORT=parts.port or (465 if parts.scheme == "smtps" else 25),
            MAIL_USERNAME=unquote(parts.username) if parts.username else None,
            MAIL_PASSWORD=unquote(parts.password) if parts.password else None,
            MAIL_USE_SSL=parts.scheme == "smtps",
            MAIL_USE_TLS=parts.scheme == "smtp" and parts.port == 587,
            MAIL_TIMEOUT=20,
        )
    mail.init_app(app)


def hand_over(message: EmailMultiAlternatives, name: str) -> None:
    """Send one finished letter, or lay it in DATA_DIR/mail as <name>.eml. Raises what the server answers."""
    if current_app.config["SETTINGS"].mail_url:
        message.send()
        return
    folder = current_app.config["SETTINGS"].data_dir / "mail"
    folder.mkdir(parents=True, exist_ok=True)
    scratch = folder / f".{name}.part"
    scratch.write_bytes(message.message().as_bytes())
    scratch.replace(folder / f"{name}.eml")
