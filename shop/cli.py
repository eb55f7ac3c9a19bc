"""The command line `faelleskurven`: Flask's own, with the shop's commands.

What a command prints goes to standard output (or to --output FILE), progress and complaints to standard error; the
exit code is 0 only when it is done.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, FlaskGroup, ScriptInfo, with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from catalog.example.load import is_loaded, load_catalogue
from catalog.example.proposals import load_proposals
from orders.bank.queries import bank_as_json
from orders.bank.take_in import layout_of, take_in
from orders.books.nightly import check_and_keep
from orders.books.story import find_posting, story_of
from orders.books.words import report_lines
from orders.composing.cli import compose_command
from orders.documents.cli import einvoice_command
from orders.documents.queries import documents_as_json
from orders.example import place_orders
from orders.ledger.cli import sums_command
from orders.payments.story import story_as_json, story_lines
from orders.queries_cli import order_as_json, order_lines, orders_as_json
from shop.app import create_app
from shop.config import ROOT, Settings
from shop.days import local_day, utc_now
from shop.db import db, transaction, what_broke
from shop.errors import ConfigError, Refused
from shop.jobs.queue import init_queue, run_worker
from shop.journal.record import COMMAND
from shop.people.commands import first_coordinator, reset_person
from shop.people.example import EXAMPLE_PASSWORD, example_people, load_people
from shop.serve import run as serve_shop
from shop.settings.amend import amend
from shop.settings.checks import checked
from shop.web.absolute import absolute


def make_app() -> Any:
    """The shop as the command line sees it: with the queue and its own commands."""
    app = create_app()
    init_queue(app)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app


class Commands(FlaskGroup):
    """Flask's commands and ours. Libraries' own are left out, but for `db`, which is loaded when it is asked for:
    the web server is forked from `serve`, and what it never uses would stand in its memory.
    """

    def _load_plugin_commands(self) -> None:
        self._loaded_plugin_commands = True

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), "db"})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name != "db":
            return super().get_command(ctx, name)
        from flask_migrate.cli import db as group  # type: ignore[import-not-found,import-untyped,unused-ignore]

        know_migrations(ctx.ensure_object(ScriptInfo).load_app())
        assert isinstance(group, click.Command)
        return group


def know_migrations(app: Flask) -> None:
    """Tell Flask-Migrate where our migrations are."""
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(ROOT / "migrations"), compare_type=True)


def bring_up_to_date() -> None:
    """Apply the migrations that this database has not had."""
    from flask_migrate import upgrade

    know_migrations(current_app._get_current_object())  # type: ignore[attr-defined]
    upgrade(directory=str(ROOT / "migrations"))


def settings() -> Settings:
    """The environment this command runs in."""
    return current_app.config["SETTINGS"]  # type: ignore[no-any-return]


@contextmanager
def _output(path: str) -> Any:
    """Standard output, or a file that appears only when it is whole."""
    if path in ("", "-"):
        yield sys.stdout
        return
    try:
        with click.open_file(path, "w", encoding="utf-8", atomic=True) as out:
            yield out
    except OSError as error:
        raise ConfigError(f"{path} cannot be written ({error.strerror}). Choose another file with --output.") from error


OUTPUT = click.option("--output", default="-", metavar="FILE", help="Write to FILE instead of standard output.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def print_rows(rows: Any, columns: tuple[str, ...], *, as_json: bool, out: IO[str]) -> None:
    """Print a list as JSON, or as columns parted by tabs."""
    if as_json:
        json.dump(rows, out, ensure_ascii=False, indent=1)
        out.write("\n")
        return
    for row in rows:
        out.write("\t".join(str(row[name]) for name in columns) + "\n")


@click.command()
@with_appcontext
def serve() -> None:
    """Run the shop: web server and worker under one parent, until Ctrl-C."""
    ours = settings()
    engine = db.engine
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def prepare() -> None:
        with told_plainly():
            bring_up_to_date()
            if ours.is_example and not is_loaded():
                click.echo("Eksempeldata lægges ind … · Loading example data …", err=True)
                _load_example()
        db.session.remove()
        engine.dispose()

    def greet() -> None:
        click.echo(f"Fælleskurven: http://{ours.host}:{ours.port}/")
        if ours.is_example:
            click.echo(f"Log ind på /log-ind · Sign in at /en/log-ind (kode · password: {EXAMPLE_PASSWORD})")
            for email, role in example_people():
                click.echo(f"  {email:34} {role}")

    command = [sys.executable, "-m", "shop.cli", "worker"]
    code = serve_shop(
        ours.host, ours.port, prepare=prepare, greet=greet, worker_command=command, data_dir=ours.data_dir
    )
    del app
    sys.exit(code)


@click.command()
@with_appcontext
def worker() -> None:
    """Run the worker alone: it sends letters and does what orders have asked for."""
    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command()
@click.option("--email", required=True, help="The first coordinator's address; an invitation is sent there.")
@click.option("--url", default="", help="Where the shop will be found (https://www.example.dk): letters lead there.")
@with_appcontext
def init(email: str, url: str) -> None:
    """Make an empty shop with its first coordinator, and print the invitation's link."""
    bring_up_to_date()
    now = utc_now()
    with transaction():
        if url:
            amend("seller.url", checked("url", url), valid_from=local_day(now), source="", why="", by=COMMAND, now=now)
        path = first_coordinator(email, now).path
    click.echo(f"En invitation er på vej til {email}. · An invitation is on its way.", err=True)
    click.echo(absolute(path))


def _load_example() -> None:
    now = utc_now()
    with transaction():
        load_catalogue(now=now)
        load_people(now=now)
        load_proposals(now=now)


@click.command()
@click.option(
    "--orders",
    default=0,
    type=click.IntRange(0),
    metavar="N",
    help="Place N example orders over the last twelve months.",
)
@click.option("--seed", default=1, metavar="S", help="The same seed gives the same orders.")
@with_appcontext
def demo(orders: int, seed: int) -> None:
    """Load the example data; again changes nothing. With --orders, place example orders too."""
    if not settings().is_example:
        raise ConfigError("The example data is only for MODE=example.")
    bring_up_to_date()
    if not is_loaded():
        _load_example()
        click.echo("Eksempeldata er lagt ind. · Example data loaded.", err=True)
    if orders:
        place_orders(orders, seed=seed, now=utc_now(), progress=lambda text: click.echo(text, err=True))


order = AppGroup("order", help="Look at orders.")


@order.command("list")
@JSON
@OUTPUT
def order_list(as_json: bool, output: str) -> None:
    """List every order: number, state and gross amount in øre."""
    with _output(output) as out:
        print_rows(orders_as_json(), ("number", "state", "gross_ore"), as_json=as_json, out=out)


@order.command("show")
@click.argument("number")
@JSON
@OUTPUT
def order_show(number: str, as_json: bool, output: str) -> None:
    """Show one order with its lines and every share of them, in øre."""
    _show(number, order_as_json(number), order_lines, as_json=as_json, output=output)


payments = AppGroup("payments", help="Look at payments.")


@payments.command("show")
@click.argument("number")
@JSON
@OUTPUT
@with_appcontext
def payments_show(number: str, as_json: bool, output: str) -> None:
    """Tell the history of one order's payments: attempts, what the bank has said, repayments, objections. In øre."""
    _show(number, story_as_json(number), story_lines, as_json=as_json, output=output)


def _show(
    number: str,
    found: dict[str, Any] | None,
    lines: Callable[[dict[str, Any]], Iterable[str]],
    *,
    as_json: bool,
    output: str,
) -> None:
    """One order's facts, for a program or as lines for a person; an order that is not there is said to be so."""
    if found is None:
        raise click.ClickException(f"Ordre {number} findes ikke. · There is no order {number}.")
    with _output(output) as out:
        if as_json:
            json.dump(found, out, ensure_ascii=False, indent=1)
            out.write("\n")
        else:
            out.writelines(f"{line}\n" for line in lines(found))


books = AppGroup("books", help="The books.")


@books.command("check")
@JSON
@OUTPUT
@with_appcontext
def books_check(as_json: bool, output: str) -> None:
    """Check every rule of the books, and keep the answer. Exit code 0 when all of them hold, 1 when one does not."""
    report = check_and_keep()
    with _output(output) as out:
        if as_json:
            found = {one.rule: list(one.broken) for one in report.findings}
            json.dump({"holds": report.holds, "postings": report.postings, "findings": found}, out, ensure_ascii=False)
            out.write("\n")
        else:
            out.write("\n".join(report_lines(report)) + "\n")
    if not report.holds:
        raise click.exceptions.Exit(1)


@books.command("trace")
@click.argument("posting")
@OUTPUT
@with_appcontext
def books_trace(posting: str, output: str) -> None:
    """Tell the story of one posting (its number or reference): the order, the component and the rule that made it."""
    found = find_posting(posting)
    if found is None:
        raise click.ClickException(f"Postering {posting} findes ikke. · There is no posting {posting}.")
    with _output(output) as out:
        out.write("\n".join(story_of(found)) + "\n")


books.add_command(sums_command)


documents = AppGroup("documents", help="Look at invoices and credit notes.")


@documents.command("list")
@JSON
@OUTPUT
def documents_list(as_json: bool, output: str) -> None:
    """List every document: number, kind, day, gross amount in øre and the PDF's file."""
    columns = ("number", "kind", "issued_on", "gross_ore", "einvoice", "file")
    with _output(output) as out:
        print_rows(documents_as_json(), columns, as_json=as_json, out=out)


bank = AppGroup("bank", help="The bank account: its files and its lines.")


@bank.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@JSON
@with_appcontext
def bank_import(file: str, as_json: bool) -> None:
    """Take in a CSV file from the bank: every line once, however often it comes. Nothing of a file is half done."""
    try:
        raw = Path(file).read_bytes()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror}).") from error
    layout = layout_of(raw)
    if layout.columns is None:
        headers = ", ".join(layout.headers) or "–"
        raise Refused(
            f"Kolonnerne er ukendte ({headers}). Læs filen ind på kontoret under Penge → Bank, og sig, hvad de er; så "
            "huskes det. · Unknown columns: read the file in the office once, and say what they are."
        )
    with transaction():
        kept, new, waiting = take_in(raw, layout, name=Path(file).name, by=COMMAND, now=utc_now())
        told = {"file": kept.name, "sha256": kept.sha256, "lines": kept.lines, "new": new, "waiting": waiting}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(f"{new} nye af {told['lines']} linjer. · {new} new of {told['lines']} lines.")


@bank.command("list")
@JSON
@OUTPUT
@with_appcontext
def bank_list(as_json: bool, output: str) -> None:
    """List every line of the account: number, day, amount and what is left of it in øre, state and text."""
    columns = ("id", "booked_on", "ore", "left_ore", "state", "text")
    with _output(output) as out:
        print_rows(bank_as_json(), columns, as_json=as_json, out=out)


people = AppGroup("people", help="People who sign in.")


@people.command("reset")
@click.option("--email", required=True, help="Whose sign-in is lost.")
def people_reset(email: str) -> None:
    """Send a letter for a new password, and forget the second step and its recovery codes."""
    with transaction():
        reset_person(email, utc_now())
    click.echo(f"Et brev er på vej til {email}. · A letter is on its way.", err=True)


COMMANDS: tuple[click.Command, ...] = (
    serve, worker, init, demo, order, payments, books, documents, bank, people, compose_command, einvoice_command,
)  # fmt: skip


@contextmanager
def told_plainly() -> Iterator[None]:
    """Say in a sentence when the database cannot be used, or has not been prepared."""
    try:
        yield
    except (OperationalError, ProgrammingError) as broken:
        told = what_broke(broken).partition(": ")[2]
        if "no such table" in told or "does not exist" in told:
            raise ConfigError(f"The database is not ready ({told}). Run «faelleskurven db upgrade» first.") from None
        raise ConfigError(f"The database cannot be used ({told}). See DATABASE_URL and DATA_DIR.") from None


def refusing(run: Callable[[], None]) -> int:
    """Run the command line; what is refused is one sentence on standard error and exit code 2."""
    try:
        with told_plainly():
            run()
    except (ConfigError, Refused) as refused:
        click.echo(str(refused), err=True)
        return 2
    return 0


def main() -> None:
    """The entry point `faelleskurven`."""
    group = Commands(create_app=make_app, add_version_option=False, name="faelleskurven", help=__doc__)
    sys.exit(refusing(lambda: group.main(prog_name="faelleskurven", standalone_mode=True)))


if __name__ == "__main__":
    main()
