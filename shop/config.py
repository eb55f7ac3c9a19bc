"""Settings from the environment: what the one who runs the shop decides before it starts."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shop.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
MODES = ("example", "production")
SANDBOX, STRIPE, INVOICE_ONLY = "sandbox", "stripe", "invoice-only"
PAYMENTS = ("", SANDBOX, STRIPE, INVOICE_ONLY)


@dataclass(frozen=True, slots=True)
class Settings:
    """The fixed environment of one installation. Unset variables mean the embedded default."""

    mode: str
    host: str
    port: int
    data_dir: Path
    database_url: str
    secret_key: str
    payments: str
    mail_url: str
    files_url: str
    queue_url: str
    stripe_key: str = ""
    stripe_webhook_secret: str = ""
    stripe_base: str = ""
    einvoice_url: str = ""
    einvoice_token: str = ""
    einvoice_folder: str = ""

    @property
    def is_example(self) -> bool:
        return self.mode == "example"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def bank(self) -> str:
        """Which bank takes the payments: `stripe` when its key is set, else the one a page in the shop plays."""
        if self.payments == INVOICE_ONLY:
            return ""
        return self.payments or (STRIPE if self.stripe_key else SANDBOX)

    @property
    def pays_at(self) -> str:
        """Where a buyer is led to pay when that is not in the shop itself."""
        if self.bank != STRIPE:
            return ""
        return self.stripe_base.rstrip("/") or "https://checkout.stripe.com"


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the environment. Refuses (ConfigError, one sentence) a setup the shop must not start with."""
    env = os.environ if env is None else env
    mode = env.get("MODE", "example") or "example"
    if mode not in MODES:
        raise ConfigError(f"MODE must be one of {', '.join(MODES)}, not «{mode}».")
    payments = env.get("PAYMENTS", "")
    if payments not in PAYMENTS:
        raise ConfigError(f"PAYMENTS must be empty, sandbox, stripe or invoice-only, not «{payments}».")
    _check_stripe(env, payments)
    if mode == "production":
        _check_production(env, payments)
    data_dir = Path(env.get("DATA_DIR") or "var").resolve()
    return Settings(
        mode=mode,
        host=env.get("HOST") or "127.0.0.1",  # the example's passwords are printed for all to read
        port=_port(env.get("PORT") or "8000"),
        data_dir=data_dir,
        database_url=_database_url(env.get("DATABASE_URL") or "", data_dir),
        secret_key=env.get("SECRET_KEY") or _example_key(data_dir),
        payments=payments,
        mail_url=env.get("MAIL_URL") or "",
        files_url=env.get("FILES_URL") or "",
        queue_url=env.get("QUEUE_URL") or "",
        stripe_key=env.get("STRIPE_SECRET_KEY") or "",
        stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET") or "",
        stripe_base=env.get("STRIPE_API_BASE") or "",
        einvoice_url=_einvoice_url(env),
        einvoice_token=env.get("EINVOICE_TOKEN") or "",
        einvoice_folder=env.get("EINVOICE_FOLDER") or "",
    )


def _einvoice_url(env: Mapping[str, str]) -> str:
    """An invoice is nobody else's business: it goes over TLS, or no further than this machine."""
    url = env.get("EINVOICE_URL") or ""
    if url and not re.fullmatch(r"https://[^\s?#]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/[^\s?#]*)?", url):
        raise ConfigError("EINVOICE_URL must be an https address, like https://access-point.example.com/documents.")
    if url and env.get("EINVOICE_FOLDER"):
        raise ConfigError("Set EINVOICE_URL or EINVOICE_FOLDER, not both.")
    return url


def _check_production(env: Mapping[str, str], payments: str) -> None:
    missing = [name for name in ("SECRET_KEY", "DATABASE_URL", "MAIL_URL") if not env.get(name)]
    if missing:
        raise ConfigError(f"MODE=production needs {' and '.join(missing)} to be set.")
    if payments == SANDBOX or (payments != INVOICE_ONLY and not env.get("STRIPE_SECRET_KEY")):
        raise ConfigError(
            "MODE=production does not start with the sandbox bank: set STRIPE_SECRET_KEY, or PAYMENTS=invoice-only."
        )
    if env.get("STRIPE_SECRET_KEY") and not env.get("STRIPE_WEBHOOK_SECRET"):
        raise ConfigError("MODE=production with STRIPE_SECRET_KEY needs STRIPE_WEBHOOK_SECRET to be set too.")


def _check_stripe(env: Mapping[str, str], payments: str) -> None:
    key, base = env.get("STRIPE_SECRET_KEY") or "", env.get("STRIPE_API_BASE") or ""
    if payments == STRIPE and not key:
        raise ConfigError("PAYMENTS=stripe needs STRIPE_SECRET_KEY to be set.")
    if key and not re.fullmatch(r"(sk|rk)_(test|live)_[A-Za-z0-9_]+", key):
        raise ConfigError(
            "STRIPE_SECRET_KEY must be a secret key from Stripe: sk_test_…, sk_live_…, rk_test_… or rk_live_…."
        )
    if base and not re.fullmatch(r"https?://[^/\s]+/?", base):
        raise ConfigError("STRIPE_API_BASE must be an address without a path, like http://127.0.0.1:12111.")


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) < 65536:
        raise ConfigError(f"PORT must be a number between 1 and 65535, not «{text}».")
    return int(text)


def _database_url(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'faelleskurven.sqlite'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL must begin with postgresql:// or sqlite:///.")
    return url


def _example_key(data_dir: Path) -> str:
    """The example shop keeps a key of its own in the data folder, so that a restart signs nobody out."""
    path = data_dir / "secret-key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="ascii") as out:
            path.chmod(0o600)
            out.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigError(
            f"The data folder {data_dir} cannot be written to ({error.strerror}). Set DATA_DIR to one that can."
        ) from error
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ConfigError(f"The key in {path} cannot be read ({error.strerror}).") from error
