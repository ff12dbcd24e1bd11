"""The processes of the Procfile, run together: each one's output under its name, and one end for all.

Honcho and its kind end a child by signalling its whole process group. That kills the pool of a Celery worker
in the middle of a job instead of letting it finish, so this small one signals the leader alone and the group
only at the end.
"""

import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

PROCFILE_LINE = re.compile(r"^(?P<name>[A-Za-z0-9_-]+):\s*(?P<command>.+)$", re.MULTILINE)
GRACE_SECONDS = 10  # then what still runs is killed; a job cut off so is put back by requeue_lost


def read_procfile(path: Path) -> dict[str, list[str]]:
    """Name → arguments. `python` is the Python that is running."""
    commands = {}
    for line in PROCFILE_LINE.finditer(path.read_text(encoding="utf-8")):
        program, *arguments = line["command"].split()
        commands[line["name"]] = [sys.executable if program == "python" else program, *arguments]
    return commands


class Supervisor:
    """Processes that live and end together."""

    def __init__(self, show: Callable[[str, str], None]):
        self.show = show  # called with a process's name and one line that it printed
        self.processes: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str, command: list[str], directory: Path, environment: Mapping[str, str]) -> None:
        process = subprocess.Popen(
            command,
            cwd=directory,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C in the terminal is for us alone; we pass it on in order
        )
        self.processes[name] = process
        threading.Thread(target=self._copy, args=(name, process), daemon=True).start()

    def _copy(self, name: str, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or []:
            self.show(name, line.rstrip("\n"))

    def ended(self) -> str | None:
        """The name of a process that is no longer running, if there is one."""
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Ask each to end, wait, and end by force whatever is left of it."""
        families = [family(process.pid) for process in self.processes.values()]
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for members in families:
            end(members)
        for process in self.processes.values():
            process.wait()


def family(pid: int) -> list[psutil.Process]:
    """A process and its descendants as they are now."""
    with suppress(psutil.NoSuchProcess):
        head = psutil.Process(pid)
        return [head, *head.children(recursive=True)]
    return []


def end(processes: list[psutil.Process]) -> None:
    """Kill what still runs; psutil knows a process from a later one with the same number."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=5)


def identity(pid: int) -> list[float]:
    """What tells a process from all others, to be written down."""
    with suppress(psutil.NoSuchProcess):
        return [pid, psutil.Process(pid).create_time()]
    return [pid, 0.0]


def end_leftovers(identities: list[list[float]]) -> int:
    """End what a run that was killed itself left behind; the number of processes found."""
    found: list[psutil.Process] = []
    for pid, created in identities:
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(int(pid)).create_time() == created:
                found += family(int(pid))
    end(found)
    return len(found)
