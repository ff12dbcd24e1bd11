"""Real processes for tests: the portal's own commands, in a var/ of the test's choosing."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent
# Generous: a loaded machine makes a test slow, never red.
PATIENCE_SECONDS = 120
OURS = (
    *(
        "DATABASE_URL",
        "REDIS_URL",
        "CELERY_BROKER_URL",
        "VAR_DIR",
        "SECRET_KEY",
        "DEBUG",
        "HTTPS",
        "PORT",
        "HOST",
    ),
    *("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"),  # of this test run, the second for the browser
)


def environment(var_dir: Path, **variables: str) -> dict[str, str]:
    """The caller's environment without the portal's variables, and these instead."""
    kept = {
        name: value for name, value in os.environ.items() if name not in (*OURS, "DJANGO_SETTINGS_MODULE")
    }
    ours = {"SECRET_KEY": "of-a-test", "HTTPS": "false", "LINK_CHECKS": "false"}
    return {**kept, "VAR_DIR": str(var_dir), **ours, **variables}


def database_url() -> str:
    """The test database of this very run, for other processes; ask for it with `transactional_db`."""
    here = connection.settings_dict
    if str(here["HOST"]).startswith("/"):  # a folder with a Unix socket
        return f"postgres://{here['USER']}@/{here['NAME']}?host={here['HOST']}&port={here['PORT']}"
    port = f":{here['PORT']}" if here["PORT"] else ""
    secret = f":{quote(here['PASSWORD'], safe='')}" if here["PASSWORD"] else ""
    return f"postgres://{here['USER']}{secret}@{here['HOST']}{port}/{here['NAME']}"


def run(*arguments: str, env: dict[str, str], **options) -> subprocess.CompletedProcess[str]:
    """A Python command of the project, to its end. Output and errors come together in `stdout`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_SECONDS * 2,
        **options,
    )


@contextmanager
def started(*arguments: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """A Python command of the project in the background; whatever of its family is left at the end is
    killed."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=env,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield process
    finally:
        left = family(process.pid)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        for member in left:
            if member.is_running():
                member.kill()
        process.wait()


def worker(env: dict[str, str], log: Path):
    """A Celery worker as the Procfile starts it."""
    [line] = [line for line in (PROJECT / "Procfile").read_text().splitlines() if line.startswith("worker:")]
    return started(*line.split()[2:], env=env, log=log)


def family(pid: int) -> list[psutil.Process]:
    try:
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Poll until true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"in vain for {what}"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
