"""The parent of the running shop: it keeps the web server and the queue worker alive, and ends both together.

The parent holds the address from the first moment on, so that a restarted web server loses no visitor. The web server
is forked from it: it starts on modules that are loaded already, and its workers share their memory. Whoever calls must
therefore have no thread and no open database connection.
"""

import contextlib
import ctypes
import errno
import gc
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from shop.errors import ConfigError, Refused

APP = "shop.app:served_app()"

# Seconds.
PROVED_AFTER = 3.0  # a queue worker that lives this long has started
STEADY_AFTER = 60.0  # a child that lived this long is restarted at once
LONGEST_PAUSE = 60.0
GRACE = 3  # what a request or a job under way gets to finish in
KILL_AFTER = GRACE + 2.0

BEHIND = 10  # as nice(1) counts

_STOP = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
_READY = signal.SIGUSR1  # sent by the web server when it takes requests
_WATCHED = _STOP | {signal.SIGCHLD, _READY}
_M_ARENA_MAX = -8  # malloc.h
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def run(
    host: str,
    port: int,
    *,
    workers: int = 2,
    threads: int = 4,
    prepare: Callable[[], None],
    greet: Callable[[], None],
    worker_command: Sequence[str],
    data_dir: Path | None = None,
    app: str = APP,
) -> int:
    """Serve the shop until Ctrl-C (or SIGTERM, SIGHUP), and return the exit code.

    `prepare` brings database and example data up to date, in a process of its own, so that what it loads burdens nobody
    afterwards. `greet` tells the address, once, when requests are taken.
    `worker_command` starts the queue worker, which ends on SIGTERM.
    Refused with one sentence and exit code 1: an address that cannot be had, a `data_dir` that cannot be written to, a
    child that cannot start. A child that dies later is started again, after a pause that doubles up to a minute.
    """
    if data_dir is not None and not _is_writable(data_dir):
        return 1
    listener = _listen(host, port)
    if listener is None:
        return 1
    with listener:
        code = _finish(prepare)
        if code:
            return code
        gc.collect()
        gc.freeze()  # what is loaded by now is never collected, so its pages stay shared between the processes
        web = _Child("Webserveren", "The web server", lambda: _Web(app, listener.fileno(), workers, threads).run())
        queue = _Child("Køens arbejder", "The queue worker", lambda: _execute_behind(worker_command))
        return _Parent(web, queue, greet).watch()


def _say(danish: str, english: str) -> None:
    print(f"{danish} · {english}", file=sys.stderr, flush=True)


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        _say(
            f"Der kan ikke skrives i mappen {folder}; ret dens rettigheder, eller vælg en anden med DATA_DIR.",
            f"The folder {folder} cannot be written to; mend its permissions, or choose another with DATA_DIR.",
        )
        return False


def _listen(host: str, port: int) -> socket.socket | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as refused:
        _explain(host, port, refused)
        return None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as refused:
        listener.close()
        _explain(host, port, refused)
        return None
    return listener


def _explain(host: str, port: int, refused: OSError) -> None:
    if refused.errno == errno.EADDRINUSE:
        danish = f"Port {port} er optaget; vælg en anden, for eksempel PORT={port + 1}."
        english = f"Port {port} is taken; choose another, for example PORT={port + 1}."
    elif refused.errno == errno.EACCES:
        danish = f"Port {port} er forbeholdt systemet; vælg en fra 1024 og op med PORT."
        english = f"Port {port} is reserved for the system; choose one from 1024 up with PORT."
    else:
        danish = f"Adressen {host} findes ikke på denne maskine; vælg en anden med HOST, for eksempel HOST=127.0.0.1."
        english = f"This machine has no address {host}; choose another with HOST, for example HOST=127.0.0.1."
    _say(danish, english)


@dataclass
class _Child:
    """One of the two processes: how it starts, and how it has fared."""

    danish: str
    english: str
    body: Callable[[], object]
    pid: int = 0  # 0: not running
    started: float = 0.0  # seconds of the monotonic clock
    due: float = 0.0  # when it is to be started (again)
    deaths: int = 0  # in a row
    proved: bool = False  # it has been up

    def start(self) -> None:
        self.started = time.monotonic()
        self.pid = _fork(self.body)

    def bury(self) -> float:
        """Note that it died, and return the seconds until it is started again."""
        now = time.monotonic()
        self.deaths = 0 if now - self.started > STEADY_AFTER else self.deaths + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.deaths - 1)) if self.deaths else 0.0
        self.due = now + pause
        return pause

    def tell(self, signal_no: int, *, group: bool = False) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError):  # it ended just now; the next round reaps it
                (os.killpg if group else os.kill)(self.pid, signal_no)


class _Parent:
    """Watches over the two children until one cannot start or somebody asks for the end."""

    def __init__(self, web: _Child, queue: _Child, greet: Callable[[], None]) -> None:
        self.web = web
        self.queue = queue
        self.greet = greet

    def watch(self) -> int:
        # Blocked and waited for, signals cannot arrive in the middle of anything; the children unblock them.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        try:
            return self._watch()
        finally:
            self._kill()
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _watch(self) -> int:
        while True:
            for child in (self.web, self.queue):
                if not child.pid and child.due <= time.monotonic():
                    child.start()
            arrived = signal.sigtimedwait(_WATCHED, 1.0)
            if arrived is not None and arrived.si_signo in _STOP:
                self._stop()
                return 0
            if arrived is not None and arrived.si_signo == _READY and arrived.si_pid == self.web.pid:
                self._welcome()
            if self.queue.pid and time.monotonic() - self.queue.started > PROVED_AFTER:
                self.queue.proved = True
            for child, status in self._reap():
                if not child.proved:
                    _say(f"{child.danish} kunne ikke starte.", f"{child.english} could not start.")
                    self._stop()
                    return 1
                self._note_death(child, status)

    def _welcome(self) -> None:
        if not self.web.proved:
            self.web.proved = True
            self.greet()
            sys.stdout.flush()

    def _note_death(self, child: _Child, status: int) -> None:
        pause = child.bury()
        code = os.waitstatus_to_exitcode(status)
        _say(
            f"{child.danish} stoppede (kode {code}) og starter igen om {pause:.0f} s.",
            f"{child.english} ended (code {code}) and starts again in {pause:.0f} s.",
        )

    def _reap(self) -> list[tuple[_Child, int]]:
        ended: list[tuple[_Child, int]] = []
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return ended
            if not pid:
                return ended
            for child in (self.web, self.queue):
                if child.pid == pid:
                    child.pid = 0
                    ended.append((child, status))

    def _stop(self) -> None:
        """Ask both to end, and wait for it: as long as they may take, or until somebody asks a second time."""
        children = [self.web, self.queue]
        for child in children:
            child.tell(signal.SIGTERM)
        until = time.monotonic() + KILL_AFTER
        asked_again = False
        while not asked_again and time.monotonic() < until:
            self._reap()
            if not any(child.pid for child in children):
                return
            arrived = signal.sigtimedwait(_WATCHED, 0.2)
            asked_again = arrived is not None and arrived.si_signo in _STOP

    def _kill(self) -> None:
        for child in (self.web, self.queue):
            child.tell(signal.SIGKILL, group=True)
        while any(child.pid for child in (self.web, self.queue)):
            self._reap()
            time.sleep(0.01)


def _fork(body: Callable[[], object]) -> int:
    """Run `body` in a child process of its own session, which ends when this process does. Returns its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()  # Ctrl-C reaches the parent alone, which then decides
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        if os.getppid() == parent:
            body()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except (ConfigError, Refused) as refused:
        print(refused, file=sys.stderr)
    except BaseException:  # the last frame of a process: whatever it is, it is told here or nowhere
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _finish(body: Callable[[], object]) -> int:
    """Run `body` in a child process, and return its exit code; asked to stop meanwhile, end it.

    Signals are blocked and waited for: one that arrived just before the child was waited for would never be noticed.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    try:
        pid = _fork(body)
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return abs(os.waitstatus_to_exitcode(status))
            arrived = signal.sigtimedwait(_WATCHED, 1.0)
            if arrived is not None and arrived.si_signo in _STOP:
                os.kill(pid, signal.SIGTERM)
                os.waitpid(pid, 0)
                return 128 + arrived.si_signo
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _execute_behind(command: Sequence[str]) -> NoReturn:
    """Letters wait for pages: under load the queue worker gets what the web server leaves it, a tenth at the least."""
    os.nice(BEHIND)
    with contextlib.suppress(OSError):  # Linux weighs sessions against each other, where it does so at all
        Path("/proc/self/autogroup").write_text(str(BEHIND))
    _execute(command)


def _execute(command: Sequence[str]) -> NoReturn:
    try:
        os.execvp(command[0], list(command))
    except OSError as refused:
        print(f"{command[0]}: {refused.strerror}", file=sys.stderr)
        sys.exit(127)


class _Web(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn, set up for one machine with few cores: the application is loaded once and shared by forking."""

    def __init__(self, app: str, listener: int, workers: int, threads: int) -> None:
        self.app = app
        self.settings = {
            "bind": f"fd://{listener}",
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "preload_app": True,
            "timeout": 60,
            "graceful_timeout": GRACE,
            "keepalive": 5,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": _when_ready,
            "post_fork": _after_fork,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)
        memory = Path("/dev/shm")  # noqa: S108  # a heartbeat is a touched file, and a slow disk would stop it
        if memory.is_dir() and os.access(memory, os.W_OK):
            self.cfg.set("worker_tmp_dir", str(memory))

    def load(self) -> Any:
        _share_arenas()
        application = import_app(self.app)
        gc.collect()
        gc.freeze()
        return application


def _share_arenas() -> None:
    """Let the threads share one heap: with one each, memory freed by one is never used by another."""
    with contextlib.suppress(OSError, AttributeError):  # another C library than glibc has no such knob
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _when_ready(_: Any) -> None:
    os.kill(os.getppid(), _READY)


def _after_fork(_: Any, worker: Any) -> None:
    """Forget database connections that loading the application may have opened: two processes cannot share one."""
    application = worker.app.wsgi()
    databases = getattr(application, "extensions", {}).get("sqlalchemy")
    if databases is not None:
        with application.app_context():
            for engine in databases.engines.values():
                engine.dispose(close=False)
