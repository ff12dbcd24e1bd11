"""Reading a file that nobody vouches for: in a process of its own, watched, and ended when it goes too far.

A warm process (`child.py`) has the reader loaded, nothing of the portal, its secrets or its network. For each
file it forks a child, which alone touches the file. Whatever befalls it there is an UnreadableFile here.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from bulletin.ingestion import errors
from bulletin.ingestion.shapes import Report

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
# The package's own __init__ brings in Celery and Django, which nothing in the child wants.
START = """
import sys, types
root, line = sys.argv[1:]
sys.path.insert(0, root)
package = sys.modules["bulletin"] = types.ModuleType("bulletin")
package.__path__ = [root + "/bulletin"]
from bulletin.ingestion.child import serve
serve(int(line))
"""
HEADER = struct.Struct(">cI")  # the kind of a message, and its length in bytes
PROGRESS, ANSWER, UNREADABLE, FAULT = b"P", b"A", b"U", b"F"
LOOK_SECONDS = 0.1  # how often memory and clock are looked at
NEARLY = 0.8  # of the memory: a crash from there on is for want of it
MOST_PAGES = 400  # that are ever recognised in a file
GRACE_SECONDS = 10.0  # for the warm process to say what became of its child
# Of the environment: no secret among them.
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one reading may go."""

    seconds: float = 900
    page_seconds: float = 60  # more for each page whose text is read off its image
    megabytes: int = 2048  # of memory
    answer_megabytes: int = 64  # of what it may hand back
    file_megabytes: int = 256  # of any file that it writes
    open_files: int = 128

    def seconds_for(self, pages: int) -> float:
        """The time for a file of which so many pages have to be recognised."""
        return self.seconds + self.page_seconds * min(pages, MOST_PAGES)


class ReaderFault(Exception):  # noqa: N818  our own mistake, not the file's
    """The reader itself failed in a way it does not know; its traceback is the text."""


@dataclass(slots=True)
class Usage:
    """What a job took."""

    peak_megabytes: float = 0.0


def read_issue(
    path: Path,
    limits: Limits,
    *,
    name: str = "",
    most_bytes: int = 200 << 20,
    report: Report | None = None,
    watch: Callable[[], None] | None = None,
    usage: Usage | None = None,
) -> Json:
    """A bulletin file as the JSON of `transcript`, with the sizes of its sheets. Raises UnreadableFile.

    most_bytes: the greatest size of the file. report: see `pipeline.parse`; what it raises ends the reading.
    watch: called several times a second; what it raises ends the reading too.
    """
    job = {"work": "read", "path": str(path.absolute()), "name": name or path.name, "limit": most_bytes}
    answer: Json = json.loads(_run(job, limits, report, watch, usage))
    return answer


def render(
    path: Path, page: int, width: int, limits: Limits, box: Sequence[float] = (), usage: Usage | None = None
) -> bytes:
    """A page, or the part of it in a box (left, top, right, bottom in points), as WebP, `width` pixels wide.

    Raises UnreadableFile, NoSuchPage among them.
    """
    job = {"work": "render", "path": str(path.absolute()), "page": page, "width": width, "box": list(box)}
    return _run(job, limits, None, None, usage)


def warm_up() -> None:
    """Have a process ready before the first file comes."""
    with _borrowed():
        pass


def _run(
    job: Json, limits: Limits, report: Report | None, watch: Callable[[], None] | None, usage: Usage | None
) -> bytes:
    with _borrowed() as warm:
        return warm.run(job | {"limits": asdict(limits)}, limits, report, watch, usage or Usage())


class _Warm:
    """One warm process and the line to it. It has one child at a time."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        self.control = ours
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", START, str(ROOT), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self.told = self.control.makefile("rb")

    def is_fit(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        """Close the line: the warm process kills what it has and goes."""
        self.told.close()
        self.control.close()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def run(
        self,
        job: Json,
        limits: Limits,
        report: Report | None,
        watch: Callable[[], None] | None,
        usage: Usage,
    ) -> bytes:
        ear, mouth = os.pipe()
        try:
            try:
                socket.send_fds(self.control, [json.dumps(job).encode()], [mouth])
            finally:
                os.close(mouth)
            child = self._hear()["pid"]
            try:
                outcome = _listen(ear, child, limits, report, watch)
            finally:
                self.control.sendall(b"k")  # end it, whether it has ended or not
                self.control.settimeout(GRACE_SECONDS)
                ended = self._hear()
                self.control.settimeout(None)
            usage.peak_megabytes = ended["peak_kilobytes"] / 1024
            return _judged(outcome, ended["status"], usage.peak_megabytes, limits)
        except (OSError, ValueError) as error:
            self.process.kill()
            raise ReaderFault(f"the warm process is gone: {error}") from error
        finally:
            os.close(ear)

    def _hear(self) -> Json:
        line = self.told.readline(65536)
        if not line:
            raise OSError("no answer")
        heard: Json = json.loads(line)
        return heard


def _listen(
    ear: int, child: int, limits: Limits, report: Report | None, watch: Callable[[], None] | None
) -> tuple[bytes, bytes]:
    """Hear the child out, up to its last word. Raises TooSlow, TooMuchMemory, TooMuchFound."""
    began, allowed = time.monotonic(), limits.seconds
    heard = bytearray()
    total = 0
    looked_at = 0.0
    while True:
        ready, _, _ = select.select([ear], [], [], LOOK_SECONDS)
        now = time.monotonic()
        if now > began + allowed:
            raise errors.TooSlow.after(allowed)
        if now - looked_at >= LOOK_SECONDS:
            looked_at = now
            if _megabytes(child) > limits.megabytes:
                raise errors.TooMuchMemory.over(limits.megabytes)
            if watch:
                watch()
        if not ready:
            continue
        piece = os.read(ear, 1 << 20)
        if not piece:
            return b"", b""
        heard += piece
        total += len(piece)
        if total > limits.answer_megabytes << 20:
            raise errors.TooMuchFound.over(limits.answer_megabytes)
        while len(heard) >= HEADER.size:
            kind, length = HEADER.unpack_from(heard)
            if len(heard) < HEADER.size + length:
                break
            body = bytes(heard[HEADER.size : HEADER.size + length])
            del heard[: HEADER.size + length]
            if kind != PROGRESS:
                return kind, body
            stage, done, total, titles = json.loads(body)
            if stage == "recognising":
                allowed = limits.seconds_for(done + 1)
            if report:
                report(stage, done, total, titles)


def _judged(outcome: tuple[bytes, bytes], status: int, peak_megabytes: float, limits: Limits) -> bytes:
    """The answer, or the error that the child's end amounts to."""
    kind, body = outcome
    if kind == ANSWER:
        return body
    if kind == UNREADABLE:
        raise errors.of(*json.loads(body))
    if kind == FAULT:
        raise ReaderFault(body.decode("utf-8", "replace"))
    if status == -signal.SIGXCPU:
        raise errors.TooSlow.after(limits.seconds)
    if peak_megabytes > NEARLY * limits.megabytes:  # PDFium does not outlive an allocation that fails
        raise errors.TooMuchMemory.over(limits.megabytes)
    raise errors.ReaderCrashed


def _megabytes(pid: int) -> float:
    try:
        return float(psutil.Process(pid).memory_info().rss) / (1 << 20)
    except psutil.Error:
        return 0.0


# ------------------------------------------------------------------------- warm processes at hand

_idle: list[_Warm] = []
_owner = os.getpid()
_lock = threading.Lock()


@contextmanager
def _borrowed() -> Iterator[_Warm]:
    warm = _take()
    try:
        yield warm
    finally:
        with _lock:
            fit = warm.is_fit()
            if fit:
                _idle.append(warm)
        if not fit:
            warm.end()


def _take() -> _Warm:
    global _owner
    with _lock:
        if _owner != os.getpid():  # forked: the processes at hand belong to the parent
            _idle.clear()
            _owner = os.getpid()
        while _idle:
            warm = _idle.pop()
            if warm.is_fit():
                return warm
    return _Warm()


@atexit.register
def _end_all() -> None:
    if _owner == os.getpid():
        while _idle:
            with contextlib.suppress(OSError):
                _idle.pop().end()
