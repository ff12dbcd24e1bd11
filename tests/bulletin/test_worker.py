"""Real workers on both brokers, and the broker that has no server."""

import os
import subprocess
import sys
from collections import Counter

import pytest
from kombu import Connection

from bulletin import health
from tests.processes import PROJECT, environment, run, wait_for, worker

SEND = "import django; django.setup(); from bulletin.celery import mark_round_trip; mark_round_trip.delay()"
TAKE = """
import sys
from kombu import Connection
folders = {name: sys.argv[1] + "/" + name for name in ("queue", "taken", "control")}
options = {"data_folder_in": folders["queue"], "data_folder_out": folders["queue"],
    "processed_folder": folders["taken"], "control_folder": folders["control"], "polling_interval": 0.01}
broker = Connection("filesystem://", transport="bulletin.broker:Transport", transport_options=options)
queue = broker.SimpleQueue("q")
if sys.argv[2] == "put":
    for number in range(int(sys.argv[3])):
        queue.put({"from": sys.argv[4], "number": number})
else:
    try:
        while True:
            message = queue.get(timeout=3)
            message.ack()
            print(message.payload["from"], message.payload["number"])
    except queue.Empty:
        pass
"""


def with_settings(env):
    return {**env, "DJANGO_SETTINGS_MODULE": "bulletin.settings"}


@pytest.mark.slow
def test_a_task_is_done_without_any_broker_server(tmp_path):
    env = with_settings(environment(tmp_path))
    assert run("-c", SEND, env=env).returncode == 0
    with worker(env, tmp_path / "log"):
        wait_for((tmp_path / "alive" / "round-trip").exists, "the task to be done")
        assert (tmp_path / "alive" / "worker").exists()
    assert list((tmp_path / "broker" / "queue").iterdir()) == []
    assert list((tmp_path / "broker" / "taken").iterdir()) == []


@pytest.mark.slow
def test_a_task_is_done_through_redis(tmp_path, redis_url):
    Connection(redis_url).channel().client.flushdb()
    env = with_settings(environment(tmp_path, REDIS_URL=redis_url))
    assert run("-c", SEND, env=env).returncode == 0
    with worker(env, tmp_path / "log"):
        wait_for((tmp_path / "alive" / "round-trip").exists, "the task to be done")
    assert not (tmp_path / "broker").exists()


def test_messages_put_and_taken_by_several_processes_arrive_once_each(tmp_path):
    """Two put while three take; a message that is still being written or already taken is nobody else's."""
    command, count = [sys.executable, "-c", TAKE, str(tmp_path)], 150
    takers = [
        subprocess.Popen([*command, "take"], cwd=PROJECT, stdout=subprocess.PIPE, text=True, env=os.environ)
        for _ in range(3)
    ]
    putters = [
        subprocess.Popen([*command, "put", str(count), name], cwd=PROJECT, env=os.environ) for name in "ab"
    ]
    assert [putter.wait() for putter in putters] == [0, 0]
    taken = Counter(line for taker in takers for line in taker.communicate()[0].splitlines())
    assert [taker.returncode for taker in takers] == [0, 0, 0]
    assert taken == Counter(f"{name} {number}" for name in "ab" for number in range(count))


def test_a_worker_counts_as_alive_by_its_mark(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert not health.worker_is_alive()
    health.mark("worker")
    assert health.worker_is_alive()
    long_ago = (tmp_path / "alive" / "worker").stat().st_mtime - settings.LOST_AFTER_SECONDS - 1
    os.utime(tmp_path / "alive" / "worker", (long_ago, long_ago))
    assert not health.worker_is_alive()


@pytest.mark.django_db
def test_health_tells_what_is_wrong_and_is_open_to_all(client, settings, tmp_path):
    settings.VAR_DIR, settings.PORTAL_ACCESS = tmp_path, "login"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["worker"]) == (200, "degraded", False)
    health.mark("worker")
    health.mark("round-trip")
    assert client.get("/healthz").json()["status"] == "ok"
