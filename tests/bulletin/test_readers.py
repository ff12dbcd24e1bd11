"""Real workers over real brokers, killed, stopped, doubled, forgotten: one issue, right content."""

import shutil
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from celery import Celery
from kombu import Connection

from bulletin.ingestion.pipeline import parse
from bulletin.ingestion.store import OUT_OF_STEP, article_fields
from bulletin.ingestion.transcript import as_json
from bulletin.ingestion.versions import plain
from bulletin.knowledge.doubts import RULES
from bulletin.models import Issue
from bulletin.uploads import Upload
from samples.press.editions import EDITIONS
from tests import pdfs
from tests.halting import halted_worker
from tests.processes import PROJECT, database_url, environment, family, run, wait_for, worker
from tests.readings import make_upload

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

SAMPLE = PROJECT / "samples" / "222.txt"
LOST_AFTER_SECONDS = 2
BEAT_SECONDS = 4
# Of the filesystem broker, below broker/
FOLDERS = {
    "data_folder_in": "queue",
    "data_folder_out": "queue",
    "processed_folder": "taken",
    "control_folder": "control",
}
on_both_brokers = pytest.mark.parametrize("env", ["filesystem", "redis"], indirect=True)


@pytest.fixture
def env(request, tmp_path, settings):
    """A broker, the test's own database, and readers that soon count as lost."""
    settings.LOST_AFTER_SECONDS = LOST_AFTER_SECONDS
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    variables = {
        "DJANGO_SETTINGS_MODULE": "bulletin.settings",
        "DATABASE_URL": database_url(),
        "HEARTBEAT_SECONDS": "0.3",
        "LOST_AFTER_SECONDS": str(LOST_AFTER_SECONDS),
    }
    if getattr(request, "param", "filesystem") == "redis":
        variables["REDIS_URL"] = request.getfixturevalue("redis_url")
        Connection(variables["REDIS_URL"]).channel().client.flushdb()
    return {**environment(tmp_path / "var", **variables)}


TASKS = {
    "ingest_upload": "bulletin.tasks.ingest_upload",
    "requeue_lost": "bulletin.tasks.requeue_lost",
    "mark_round_trip": "bulletin.mark_round_trip",
}


@pytest.fixture
def send(env, settings):
    """Tell the workers of a task: the message that the portal or beat would send."""

    def tell(task, *arguments):
        with Celery("portal", set_as_current=False) as portal:
            portal.conf.task_default_queue = settings.CELERY_TASK_DEFAULT_QUEUE
            if "REDIS_URL" in env:
                portal.conf.broker_url = env["REDIS_URL"]
            else:
                portal.conf.broker_url = "filesystem://localhost"
                portal.conf.broker_transport = "bulletin.broker:Transport"
                portal.conf.broker_transport_options = {
                    option: str(Path(env["VAR_DIR"]) / "broker" / folder)
                    for option, folder in FOLDERS.items()
                }
            with portal.connection_for_write() as connection:  # none that a pool remembers
                portal.send_task(TASKS[task], arguments, connection=connection)

    return tell


@pytest.fixture
def beat_until(send):
    """Wait for something while beat, as it does every so often, has what was lost put back."""

    def wait(condition, what):
        asked_at = 0.0

        def asking():
            nonlocal asked_at
            if time.monotonic() - asked_at >= BEAT_SECONDS:
                asked_at = time.monotonic()
                send("requeue_lost")
            return condition()

        wait_for(asking, what)

    return wait


@pytest.fixture
def hand_in(send):
    """Keep a file and send it to the workers, as the upload page does."""

    def keep(path=SAMPLE):
        upload = make_upload(path.read_bytes(), path.name)
        send("ingest_upload", upload.pk)
        return upload

    return keep


def is_read():
    return not Upload.objects.exclude(state=Upload.State.READ).exists()


def assert_one_right_issue(path=SAMPLE):
    right = as_json(parse(path))
    issue = Issue.objects.get(total_number=right["total_number"])
    assert Upload.objects.get(name=path.name).issue == issue
    found = issue.articles.order_by("order").select_related("section")
    assert [(each.title, each.section.name, plain(each.body)) for each in found] == [
        (fields["title"], fields["section"], fields["body"])
        for fields in (article_fields(article) for article in right["articles"])
    ]
    of_the_reading = issue.doubts.exclude(rule__in=[OUT_OF_STEP, *RULES])
    assert of_the_reading.count() == len(right["doubts"]) + sum(
        len(each["doubts"]) for each in right["articles"]
    )


def signal_all(process, number):
    for member in family(process.pid):
        with suppress(psutil.NoSuchProcess):  # it may just have ended by itself
            member.send_signal(number)


@on_both_brokers
def test_a_worker_killed_at_every_stage(env, beat_until, hand_in, tmp_path):
    """One worker, five files, each at another stage when it is killed."""
    made = tmp_path / "935.pdf"
    made.write_bytes(pdfs.issue(935, articles=4, paragraphs=2))
    paths = [*(edition.text_path for edition in EDITIONS), made]
    stages = ["reading", "articles", "storing", "stored", "written"]
    *others, last = paths
    with halted_worker(
        env, tmp_path, {path.name: stage for path, stage in zip(paths, stages, strict=True)}
    ) as (process, hold):
        for path in others:
            hand_in(path)
        hold.wait_for(*(path.name for path in others))
        hand_in(last)  # its transaction keeps others from storing
        hold.wait_for(last.name)
        signal_all(process, signal.SIGKILL)
        process.wait()
        hold.release()
    assert Issue.objects.count() == 1
    wait_for(lambda: Upload.objects.lost_readings().count() == 4, "the readings to count as lost")
    with worker(env, tmp_path / "log"):
        for path in paths:
            beat_until(Upload.objects.filter(name=path.name, state=Upload.State.READ).exists, path.name)
    assert Issue.objects.count() == len(paths)
    for path in paths:
        assert_one_right_issue(path)


def test_a_worker_that_wakes_after_another_took_its_job(env, beat_until, hand_in, tmp_path):
    hand_in()
    with halted_worker(env, tmp_path, {SAMPLE.name: "articles"}) as (process, hold):
        hold.wait_for(SAMPLE.name)
        signal_all(process, signal.SIGSTOP)
        wait_for(Upload.objects.lost_readings().exists, "the reading to count as lost")
        with worker(env, tmp_path / "log"):
            beat_until(is_read, "another worker to read it")
            before = list(Issue.objects.values_list("pk", "updated_at"))
            hold.release()
            signal_all(process, signal.SIGCONT)
            wait_for(
                lambda: "was overtaken" in (tmp_path / "slow.log").read_text(),
                "the late worker to be refused",
            )
    assert list(Issue.objects.values_list("pk", "updated_at")) == before
    assert Upload.objects.get().attempt == 2
    assert_one_right_issue()


def test_two_workers_given_the_same_job(env, send, hand_in, tmp_path):
    upload = hand_in()
    with halted_worker(env, tmp_path, {SAMPLE.name: "reading"}) as (_, hold):
        hold.wait_for(SAMPLE.name)
        with worker(env, tmp_path / "log"):
            for _ in range(3):
                send("ingest_upload", upload.pk)
            send("mark_round_trip")  # behind the three in the queue: when it is done they are
            wait_for((tmp_path / "var" / "alive" / "round-trip").exists, "the three to be done")
            assert Upload.objects.get().state == Upload.State.READING
            hold.release()
            wait_for(is_read, "the file to be read")
    assert Upload.objects.get().attempt == 1
    assert_one_right_issue()


@on_both_brokers
def test_a_queue_that_the_broker_lost(env, beat_until, hand_in, tmp_path):
    hand_in()
    if "REDIS_URL" in env:
        Connection(env["REDIS_URL"]).channel().client.flushdb()
    else:
        shutil.rmtree(Path(env["VAR_DIR"]) / "broker")
    with worker(env, tmp_path / "log"):
        wait_for(Upload.objects.lost_messages().exists, "the message to count as lost")
        beat_until(is_read, "the file to be read after all")
    assert_one_right_issue()


def test_the_command_tells_what_became_of_each_file(env, beat_until, tmp_path):
    bad = tmp_path / "坏.txt"
    bad.write_bytes(b"")
    with worker(env, tmp_path / "log"):
        first = run("manage.py", "ingest", str(bad), str(SAMPLE), "--publish", env=env)
        again = run("manage.py", "ingest", str(SAMPLE), "--publish", env=env)
        Upload.objects.filter(name=bad.name).delete()
        Upload.objects.get().queue_again()
        wait_for(Upload.objects.lost_messages().exists, "the row to wait without a message")
        beat_until(is_read, "the file to be read again")
    assert first.returncode == 1
    assert "坏.txt：没有读成。文件是空的" in first.stdout
    assert "第222期，新增10篇" in first.stdout
    assert "2份中有1份没有读成" in first.stdout
    assert again.returncode == 0, again.stdout
    assert "已经交来过" in again.stdout
    assert_one_right_issue()
    assert Issue.objects.get().state == Issue.State.PUBLISHED
