"""`manage.py run`, the whole portal in real processes: up, alone, and gone without a trace."""

import json
import re
import shutil
import signal
import socket
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.processes import PATIENCE_SECONDS, PROJECT, environment, family, free_port, run, started, wait_for

pytestmark = pytest.mark.slow


class Portal:
    """A portal that runs in a var/ of its own."""

    def __init__(self, process, var_dir, port, log):
        self.process, self.var_dir, self.port, self.log = process, var_dir, port, log

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.read().decode()

    def health(self) -> dict:
        return json.loads(self.get("/healthz"))

    def processes(self) -> list[psutil.Process]:
        """Its own family and the database server, which is nobody's child."""
        pid = int((self.var_dir / "postgres" / "18" / "postmaster.pid").read_text().split()[0])
        return [*family(self.process.pid), *family(pid)]


@contextmanager
def portal_in(var_dir: Path, *arguments: str):
    port, log = free_port(), var_dir.parent / "screen"
    log.write_text("")
    command = ["manage.py", "run", "--port", str(port), *arguments]
    with started(*command, env=local_environment(var_dir), log=log) as process:
        wait_for(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None, "the portal")
        assert process.poll() is None, log.read_text()
        yield Portal(process, var_dir, port, log)


def local_environment(var_dir: Path) -> dict[str, str]:
    """What a visitor of the project has set: nothing but where var/ is."""
    env = environment(var_dir)
    return {name: value for name, value in env.items() if name not in ("SECRET_KEY", "HTTPS")}


@pytest.fixture(scope="module")
def var_dir():
    folder = Path(tempfile.mkdtemp(prefix="bulletin test 门户-"))
    yield folder / "var"
    shutil.rmtree(folder)


def test_it_comes_up_with_samples_to_read_and_leaves_nothing_behind_on_ctrl_c(var_dir):
    with portal_in(var_dir) as portal:
        screen = portal.log.read_text()
        assert f"http://127.0.0.1:{portal.port}/" in screen
        password = (var_dir / "editor-password").read_text().strip()
        assert password in screen
        assert (var_dir / "editor-password").stat().st_mode & 0o777 == 0o600
        assert (var_dir / "secret-key").stat().st_mode & 0o777 == 0o600
        samples = {path.stem for path in (PROJECT / "samples").glob("*.pdf")}
        assert len(samples) == 4
        for total_number in samples:
            assert f"总第{total_number}期" in portal.get(f"/issues/{total_number}/")
        wait_for(lambda: portal.health()["status"] == "ok", "beat, broker and worker together")
        members = portal.processes()
        assert len(members) >= 8, "run, web and its workers, worker and its pool, beat, database"
        portal.process.send_signal(signal.SIGINT)
        portal.process.wait(PATIENCE_SECONDS)
        assert [member for member in members if member.is_running() and member.status() != "zombie"] == []
    assert "Traceback" not in portal.log.read_text()


def test_killed_it_comes_back_alone_and_whole(var_dir):
    with portal_in(var_dir, "--without-samples") as portal:
        orphans = [member for member in portal.processes() if member.pid != portal.process.pid]
        password = re.search(r"密码 +(\S+)", portal.log.read_text())[1]
        portal.process.kill()
        portal.process.wait()
        assert any(member.is_running() for member in orphans)

    with portal_in(var_dir, "--without-samples") as portal:
        assert password in portal.log.read_text(), "the same editor as before"
        own = {member.pid for member in portal.processes()}
        assert [member for member in orphans if member.is_running() and member.pid not in own] == []

        # A second run is told where the first one is.
        second = run("manage.py", "run", "--port", str(free_port()), env=local_environment(var_dir))
        assert second.returncode == 1
        assert f"http://127.0.0.1:{portal.port}" in second.stdout and "已经在运行" in second.stdout
        # Other commands go beside it, on the same server, and leave it running.
        assert run("manage.py", "migrate", "--check", env=local_environment(var_dir)).returncode == 0
        assert portal.health()["database"] and portal.health()["worker"]

        # Half a portal would be worse than none.
        [beat] = [member for member in family(portal.process.pid) if "beat" in member.cmdline()]
        members = portal.processes()
        beat.kill()
        assert portal.process.wait(PATIENCE_SECONDS) == 1
        assert "进程 beat 意外结束" in portal.log.read_text()
        assert [member for member in members if member.is_running() and member.status() != "zombie"] == []


def test_a_busy_port_is_said_plainly_and_nothing_is_started(var_dir):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("manage.py", "run", "--port", str(port), env=local_environment(var_dir))
    assert done.returncode == 1
    assert f"端口 {port} 已被别的程序占用" in done.stdout and "make run PORT=" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_command_alone_finds_its_database_started(tmp_path):
    """On a folder where nothing runs: started for the command, stopped after it."""
    env = local_environment(tmp_path / "var")
    done = run(
        "manage.py", "shell", "-c", "from django.db import connection as c; c.ensure_connection()", env=env
    )
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "var" / "postgres" / "18" / "postmaster.pid").exists()
