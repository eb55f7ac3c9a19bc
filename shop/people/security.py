"""Sign-in, by Flask-Security: passwords, their reset, a second step with an app, and recovery codes.

Its views commit on their own and its helpers look at the session on every page. Here its forms run inside one
transaction of ours (so that on SQLite they begin IMMEDIATE and its letters go through the outbox), and what looks at
the session is switched off: a public page is the same for everyone.
"""

import base64
import hashlib
import hmac
import io
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from flask import Flask, abort, make_response, request
from flask_limiter.util import get_remote_address
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    Totp,
    UserMixin,
    current_user,
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
)
from limits import parse
from passlib.totp import TotpMatch  # type: ignore[import-untyped]

from shop.days import utc_now
from shop.db import db, transaction
from shop.i18n import TRANSLATIONS
from shop.journal.record import record
from shop.people import forms
from shop.people.attempts import forget_failures
from shop.people.guards import role_name, room_context, sign_in_first
from shop.people.letters import RESET_DAYS, RESET_PATH, Post
from shop.people.library_texts import speak_danish
from shop.people.models import Person, Role
from shop.people.passwords import SHORTEST
from shop.web.limits import limiter

if TYPE_CHECKING:
    from shop.config import Settings

# From one address; a workshop with many people may sit behind one.
PER_ADDRESS = parse("60/minute")
CODE_SECONDS = 30


def init_sign_in(app: Flask) -> None:
    """Give the shop its sign-in. Needs the database, the languages, the form tokens and the limits to be there."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(_pages(), **_secrets(settings.secret_key), **_rules())
    security = Security(
        app,
        SQLAlchemyUserDatastore(db, Person, Role),
        login_form=forms.SignInForm,
        forgot_password_form=forms.ForgotForm,
        change_password_form=forms.ChangeForm,
        verify_form=forms.AgainForm,
        two_factor_setup_form=forms.SetupForm,
        two_factor_rescue_form=forms.RescueForm,
        two_factor_verify_code_form=forms.CodeForm,
        mf_recovery_form=forms.RecoveryForm,
        mail_util_cls=Post,
        totp_cls=OnceOnly,
    )
    security.want_json(lambda _request: False)
    security.unauthn_handler(lambda *_, **__: make_response(sign_in_first()))
    _leave_public_pages_alone(app, security)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("security."):
            app.view_functions[endpoint] = _in_one_transaction(view)
    _listen(app)
    speak_danish(app)
    app.jinja_env.globals.update(current_user=current_user, room_context=room_context, role_name=role_name)


def _pages() -> dict[str, Any]:
    return {
        "SECURITY_LOGIN_URL": "/log-ind",
        "SECURITY_LOGOUT_URL": "/log-ud",
        "SECURITY_RESET_URL": RESET_PATH,
        "SECURITY_CHANGE_URL": "/ny-adgangskode",
        "SECURITY_VERIFY_URL": "/bekraeft",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/totrin",
        "SECURITY_TWO_FACTOR_SETUP_URL": "/totrin/opsaet",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/totrin/hjaelp",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/totrin/valg",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/totrin/noedkode",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/noedkoder",
        "SECURITY_POST_LOGIN_VIEW": "account.doorway",
        "SECURITY_POST_LOGOUT_VIEW": "security.login",
        "SECURITY_POST_CHANGE_VIEW": "account.overview",
        "SECURITY_POST_VERIFY_VIEW": "account.overview",
        "SECURITY_POST_RESET_VIEW": "security.login",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "account.overview",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CLI_USERS_NAME": False,
        "SECURITY_CLI_ROLES_NAME": False,
        "SECURITY_I18N_DIRNAME": [str(TRANSLATIONS)],
    }


def _rules() -> dict[str, Any]:
    return {
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {"code": "flask_security.twofactor.CodeTfPlugin"},
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": CODE_SECONDS,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_TOTP_ISSUER": "Fælleskurven",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(days=RESET_DAYS),
        "SECURITY_FRESHNESS": timedelta(hours=2),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        # OWASP's recommendation for argon2id; less memory than the library's own, for a small machine.
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
            "argon2__memory_cost": 19 * 1024,
            "argon2__time_cost": 2,
            "argon2__parallelism": 1,
        },
        # Whether a domain takes mail is found out by sending, not by asking the net while somebody waits.
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        # The worker writes letters from our templates; nothing is rendered here.
        "SECURITY_EMAIL_PLAINTEXT": False,
        "SECURITY_EMAIL_HTML": False,
    }


def _derived(secret_key: str, purpose: str) -> bytes:
    """A key of its own for each purpose, so that one that leaks says nothing about the others."""
    return hmac.new(secret_key.encode(), f"faelleskurven {purpose}".encode(), hashlib.sha256).digest()


def _secrets(secret_key: str) -> dict[str, Any]:
    """Another SECRET_KEY makes every password and second step invalid: people then need password letters."""
    return {
        "SECURITY_PASSWORD_SALT": _derived(secret_key, "passwords").hex(),
        "SECURITY_TOTP_SECRETS": {"1": _derived(secret_key, "second step").hex()},
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(_derived(secret_key, "recovery codes"))],
    }


class OnceOnly(Totp):
    """Codes that work once, and their picture drawn on white, so that a dark page does not hide it."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        counter: int | None = user.tf_last_counter  # type: ignore[attr-defined]
        return counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        user.tf_last_counter = tmatch.counter  # type: ignore[attr-defined]

    def generate_qrcode(self, username: str, totp: str) -> str:
        import qrcode
        import qrcode.image.svg

        picture = qrcode.make(self.get_totp_uri(username, totp), image_factory=qrcode.image.svg.SvgPathFillImage)
        with io.BytesIO() as out:
            picture.save(out)
            return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def _leave_public_pages_alone(app: Flask, security: Security) -> None:
    """Take away what looks at the session on every request; who is signed in is asked for where it matters."""
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)
    processors = app.template_context_processors[None]
    processors[:] = [each for each in processors if each.__module__ != "flask_login.utils"]


def _in_one_transaction(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def guarded(**values: Any) -> Any:
        if request.method != "POST":
            return view(**values)
        if request.is_json:
            abort(415)
        if limiter.enabled and not limiter.limiter.hit(PER_ADDRESS, "sign-in", get_remote_address()):
            abort(429)
        with transaction():
            return view(**values)

    return guarded


def _listen(app: Flask) -> None:
    """Keep in the journal what changes how somebody signs in."""

    @user_authenticated.connect_via(app)
    @password_reset.connect_via(app)
    def start_anew(_sender: Any, user: Person, **_rest: Any) -> None:
        forget_failures(user.email)

    def journal(act: str) -> Callable[..., None]:
        def write(_sender: Any, user: Any, **_rest: Any) -> None:
            record(act, "person", user.id, by=user, now=utc_now())

        return write

    for signal, act in (
        (password_reset, "reset password"),
        (password_changed, "changed password"),
        (tf_profile_changed, "set up second step"),
        (tf_disabled, "switched off second step"),
    ):
        signal.connect_via(app)(journal(act))
