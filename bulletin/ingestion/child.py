"""The other side of `sandbox`: a warm process that forks a child for each file.

It has no network from its start on, where the system lets a process give it up; its children have limits, a
folder of their own for temporary files, and no line but the one on which they answer.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bulletin.ingestion import sandbox
from bulletin.ingestion.errors import MissingFile, NestedTooDeep, TooMuchMemory, UnreadableFile
from bulletin.ingestion.pipeline import parse
from bulletin.ingestion.reading.page_images import page_image, sheet_sizes
from bulletin.ingestion.transcript import as_json
from policies.recognition.article import load_names

Json = dict[str, Any]
NEW_NETWORK, NEW_USER = 0x40000000, 0x10000000  # CLONE_NEWNET, CLONE_NEWUSER
NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS
FOLDER = "bulletin-reading-"
NEW_SECONDS = 60
CHECK_SECONDS = 0.5  # how often a child is asked after that does not close its line


def serve(line: int) -> None:
    """Fork a child for each job that comes on the line, a socket's descriptor, until it is closed."""
    control = socket.socket(fileno=line)
    _leave_the_network()
    _sweep()
    load_names()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 1)
        if not message or not descriptors:
            return
        with _folder() as folder:
            ended = _have_done(control, json.loads(message), descriptors[0], folder)
        if ended is None:
            return
        control.sendall(json.dumps(ended).encode() + b"\n")


@contextmanager
def _folder() -> Iterator[str]:
    """A folder for a child's temporary files, locked for as long as this process or the child lives."""
    folder = tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-")
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def _sweep() -> None:
    """Remove the folders of processes that were killed: those that nobody holds a lock on."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            if time.time() - folder.stat().st_mtime < NEW_SECONDS:
                continue  # it may not have been locked yet
            held = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


def _have_done(control: socket.socket, job: Json, mouth: int, folder: str) -> Json | None:
    """Fork a child for a job and see to its end. None if the line was closed meanwhile."""
    alive, held = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(alive)
        control.close()
        _be_child(job, mouth, folder)
    os.close(held)
    os.close(mouth)
    control.sendall(json.dumps({"pid": child}).encode() + b"\n")
    asked = False  # to end it
    wanted = True
    while not asked:
        lines: list[Any] = [control, alive]
        ready, _, _ = select.select(lines, [], [], CHECK_SECONDS)
        if control in ready:
            asked, wanted = True, bool(control.recv(1))
        elif alive in ready or os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
    os.close(alive)
    for kill in (os.killpg, os.kill):  # the group is the child's own as soon as it has made it
        try:
            kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
    _, status, usage = os.wait4(child, 0)
    while wanted and not asked:
        asked, wanted = True, bool(control.recv(1))
    if not wanted:
        return None
    return {"status": os.waitstatus_to_exitcode(status), "peak_kilobytes": usage.ru_maxrss}


def _be_child(job: Json, mouth: int, folder: str) -> None:
    """Do the job and say what came of it. Does not return."""
    status = 1
    try:
        os.setsid()
        os.chdir(folder)
        tempfile.tempdir = folder
        _limit(job["limits"])
        kind, body = _work(job, mouth)
        _say(mouth, kind, body)
        status = 0
    finally:
        os._exit(status)


def _work(job: Json, mouth: int) -> tuple[bytes, bytes]:
    try:
        path = Path(job["path"])
        if job["work"] == "render":
            return sandbox.ANSWER, page_image(path, job["page"], job["width"], tuple(job["box"]))

        def report(stage: str, done: int, total: int, titles: list[str]) -> None:
            _say(mouth, sandbox.PROGRESS, json.dumps([stage, done, total, titles]).encode())

        reading = as_json(parse(path, report, name=job["name"], limit=job["limit"]))
        reading["sheets"] = sheet_sizes(path)
        return sandbox.ANSWER, json.dumps(reading, ensure_ascii=False).encode()
    except UnreadableFile as error:
        return _unreadable(error)
    except FileNotFoundError:
        return _unreadable(MissingFile())
    except MemoryError:
        return _unreadable(TooMuchMemory.over(job["limits"]["megabytes"]))
    except RecursionError:
        return _unreadable(NestedTooDeep())
    except Exception as error:
        if "bad_alloc" in str(error):  # how libraries in C++ say that memory is out
            return _unreadable(TooMuchMemory.over(job["limits"]["megabytes"]))
        return sandbox.FAULT, traceback.format_exc(limit=-8).encode()


def _unreadable(error: UnreadableFile) -> tuple[bytes, bytes]:
    return sandbox.UNREADABLE, json.dumps([error.code, error.message]).encode()


def _say(mouth: int, kind: bytes, body: bytes) -> None:
    message = memoryview(sandbox.HEADER.pack(kind, len(body)) + body)
    while message:
        message = message[os.write(mouth, message) :]


def _processor_seconds(limits: sandbox.Limits) -> int:
    """The backstop of the clock that `sandbox` looks at. OCR uses all processors."""
    return (int(limits.seconds_for(sandbox.MOST_PAGES)) + 2) * (os.cpu_count() or 1)


def _limit(limits: Json) -> None:
    """What the system itself holds the child to. The clock and the memory in use are watched from outside."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, _processor_seconds(sandbox.Limits(**limits))),
        (resource.RLIMIT_DATA, limits["megabytes"] << 20),
        (resource.RLIMIT_FSIZE, limits["file_megabytes"] << 20),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _leave_the_network() -> None:
    """Go where there is none, if the system allows; nothing here would use one in any case."""
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None)
    if system.unshare(NEW_NETWORK) != 0:
        system.unshare(NEW_USER | NEW_NETWORK)
    system.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
