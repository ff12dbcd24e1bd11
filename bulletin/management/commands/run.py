"""The whole portal on one's own machine: database, web server, worker, beat, and something to read."""

import fcntl
import hashlib
import json
import os
import signal
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from bulletin import embedded, health, local
from bulletin.supervisor import Supervisor, end_leftovers, identity, read_procfile
from bulletin.uploads import Upload

EDITOR = "editor"
READY_SECONDS = 60
LOG_BYTES = 5_000_000
# What the processes print is kept in var/log; on the screen only what a person should see.
WORTH_SHOWING = (" WARNING ", " ERROR ", " CRITICAL ", "Traceback")


class Command(BaseCommand):
    help = "在本机运行整个门户：数据库、网站、后台处理；第一次运行时放入示例。"
    requires_system_checks = []  # they may want the database, which is not there yet

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help="默认 8000")
        parser.add_argument(
            "--host", default=os.environ.get("HOST") or "127.0.0.1", help="默认只有本机能打开"
        )
        parser.add_argument("--without-samples", action="store_true", help="第一次运行时不放入示例")

    def handle(self, *, port, host, without_samples, **options):
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, _leave)
        self.address = f"http://{host if host != '0.0.0.0' else '127.0.0.1'}:{port}"  # noqa: S104
        try:
            with ExitStack() as stack:
                state = stack.enter_context(self.only_one())
                end_leftovers(state.get("processes", []))
                _refuse_busy_port(host, port)
                if local.is_embedded(os.environ):
                    self.say("启动数据库…")
                    stack.enter_context(embedded.running(settings.VAR_DIR))
                self.prepare()
                supervisor = Supervisor(self.show)
                stack.callback(self.stop, supervisor)
                self.start(supervisor, host, port)
                self.wait_until_ready(supervisor)
                if not without_samples:
                    self.load_samples()
                self.welcome()
                self.watch(supervisor)
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.say("门户已停止。")

    @contextmanager
    def only_one(self) -> Iterator[dict]:
        """Hold this var/; hand out what the run before wrote down."""
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.VAR_DIR / "run.json").open("a+", encoding="utf-8") as self.record:
            try:
                fcntl.flock(self.record, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                other = _read(self.record)
                raise CommandError(
                    f"门户已经在运行：{other.get('address', '正在启动')}（进程 {other.get('pid', '?')}）。"
                    "要停下它，请在运行它的窗口按 Ctrl-C。"
                ) from None
            state = _read(self.record)
            self.write_down([])
            yield state
            self.write_down([])

    def write_down(self, processes: list[list[float]]) -> None:
        """For a second run to say where the portal is, and for the next one to clear away after kill -9."""
        self.record.seek(0)
        self.record.truncate()
        json.dump({"pid": os.getpid(), "address": self.address, "processes": processes}, self.record)
        self.record.flush()

    def prepare(self) -> None:
        """Tables, reference data, static files, the editor. All of it may be done again."""
        self.say("准备数据表…")
        call_command("prepare", verbosity=0, stdout=StringIO())
        if not settings.DEBUG:
            self.collect_static()
        self.password = _editor_password()
        connections.close_all()

    def collect_static(self) -> None:
        """Hashed and compressed, as on a server; that takes seconds, so only when a file has changed."""
        found = (
            f"{name} {Path(storage.path(name)).stat().st_mtime_ns}"
            for finder in get_finders()
            for name, storage in finder.list([])
        )
        stamp = settings.VAR_DIR / "static-files"
        state = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
        if stamp.exists() and stamp.read_text() == state and settings.STATIC_ROOT.exists():
            return
        self.say("准备静态文件…")
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)

    def start(self, supervisor: Supervisor, host: str, port: int) -> None:
        self.say("启动网站和后台处理…")
        self.log = _open_log(settings.VAR_DIR / "log" / "run.log")
        health.forget()
        environment = {**os.environ, "HOST": host, "PORT": str(port)}
        for name, command in read_procfile(settings.BASE_DIR / "Procfile").items():
            supervisor.start(name, command, settings.BASE_DIR, environment)
        self.write_down([identity(process.pid) for process in supervisor.processes.values()])

    def wait_until_ready(self, supervisor: Supervisor) -> None:
        """Until the web server answers and the worker has left its first mark."""
        deadline = time.monotonic() + READY_SECONDS
        while not (_answers(f"{self.address}/healthz") and health.worker_is_alive()):
            self.refuse_an_end(supervisor)
            if time.monotonic() > deadline:
                raise CommandError(f"网站或后台处理 {READY_SECONDS} 秒内没有应答。请看 {self.log.name}。")
            time.sleep(0.1)

    def load_samples(self) -> None:
        """Something to read, on the first run into an empty portal: through the worker, like any other
        file."""
        mark = settings.VAR_DIR / "samples"  # begun or done; an attempt that was cut off is made again
        if (not mark.exists() and Upload.objects.exists()) or (mark.exists() and mark.read_text() == "done"):
            return
        mark.write_text("begun")
        self.say("放入示例：后台处理正在解析…")
        try:
            call_command("ingest", *_samples(), publish=True, by=EDITOR)
        except CommandError as error:
            self.say(f"示例没有全部读成，门户照常可用。{error}")
        else:
            mark.write_text("done")
        connections.close_all()

    def welcome(self) -> None:
        self.say("")
        self.say(f"  阅读门户   {self.address}/")
        self.say(f"  编辑登录   {self.address}{settings.LOGIN_URL}")
        self.say(f"  用户名     {EDITOR}")
        self.say(f"  密码       {self.password or '（已改过，请用改后的密码）'}")
        self.say("")
        self.say(f"按 Ctrl-C 停止。日志在 {self.log.name}")

    def watch(self, supervisor: Supervisor) -> None:
        while True:
            self.refuse_an_end(supervisor)
            time.sleep(0.5)

    def refuse_an_end(self, supervisor: Supervisor) -> None:
        if name := supervisor.ended():
            raise CommandError(f"进程 {name} 意外结束，门户随之停止。原因见 {self.log.name}")

    def stop(self, supervisor: Supervisor) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)  # an impatient second Ctrl-C must not leave anything behind
        self.say("正在停止…")
        supervisor.stop()

    def show(self, name: str, line: str) -> None:
        """Everything goes into the log, what went wrong onto the screen as well."""
        self.log.write(f"{name:6} {line}\n")
        if any(mark in line for mark in WORTH_SHOWING):
            self.say(f"[{name}] {line}")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _leave(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _read(record: IO[str]) -> dict:
    record.seek(0)
    try:
        return json.load(record)
    except ValueError:
        return {}


def _open_log(path: Path) -> IO[str]:
    path.parent.mkdir(exist_ok=True)
    mode = "w" if path.exists() and path.stat().st_size > LOG_BYTES else "a"
    return path.open(mode, encoding="utf-8", buffering=1)


def _refuse_busy_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CommandError(f"端口 {port} 要管理员才能用。请换一个：make run PORT=8100") from error
        except OSError as error:
            raise CommandError(
                f"端口 {port} 已被别的程序占用。请换一个：make run PORT={port + 100}"
            ) from error


def _samples() -> list[str]:
    """One file of each sample issue: its text where there is one, so that both kinds are shown at work."""
    found = {
        path.stem: path
        for suffix in ("pdf", "txt")
        for path in (settings.BASE_DIR / "samples").glob(f"*.{suffix}")
    }
    return [str(found[stem]) for stem in sorted(found)]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 our own address
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _editor_password() -> str:
    """The password of the editor of a local run; empty once it has been changed."""
    password = local.kept_secret(settings.VAR_DIR / "editor-password", 12)
    editor, is_new = User.objects.get_or_create(username=EDITOR)
    if is_new:
        editor.set_password(password)
        editor.save()
    editor.user_permissions.add(
        *Permission.objects.filter(content_type__app_label__in=["bulletin", "policies"])
    )
    return password if editor.check_password(password) else ""
