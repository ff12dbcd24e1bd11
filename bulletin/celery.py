"""The worker's way in."""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.signals import worker_process_init
from django.conf import settings

from bulletin import health
from bulletin.ingestion import sandbox

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulletin.settings")

app = Celery("bulletin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class Heartbeat(bootsteps.StartStopStep):
    """The worker's main process leaves a mark every few seconds, also while a job is running."""

    requires = ("celery.worker.components:Timer",)

    def start(self, parent: Any) -> None:
        health.mark("worker")
        every = settings.HEARTBEAT_SECONDS
        self.timer = parent.timer.call_repeatedly(every, health.mark, ("worker",))

    def stop(self, parent: Any) -> None:
        self.timer.cancel()


app.steps["worker"].add(Heartbeat)


@worker_process_init.connect
def be_ready(**_: Any) -> None:
    """Load the reader before the first file comes."""
    sandbox.warm_up()


@app.task(name="bulletin.mark_round_trip")
def mark_round_trip() -> None:
    """Sent by beat, carried by the broker, done by a worker: so all three work."""
    health.mark("round-trip")
