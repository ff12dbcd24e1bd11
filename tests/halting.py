"""A worker that stays where a test wants to see it, or kill it."""

import json
from contextlib import contextmanager
from pathlib import Path

from tests.processes import started, wait_for


class Hold:
    """Where files are held up in a halted worker, each at a stage of its own."""

    def __init__(self, path: Path):
        self.path = path
        self.path.touch()

    def wait_for(self, *names: str) -> None:
        """Until these files have come to their stages."""
        for name in names:
            wait_for(self.path.with_suffix(f".{name}").exists, f"{name} to be held up")

    def release(self) -> None:
        """Let the worker go on."""
        self.path.unlink()


@contextmanager
def halted_worker(env, folder, stages):
    """A worker that takes all these files at once (name → stage) and keeps each at its stage."""
    hold = Hold(folder / "hold")
    command = ["-m", "celery", "-A", "tests.slow_worker", "worker", "--without-gossip", "--without-mingle"]
    command += ["--hostname", "slow@%h", "--loglevel", "INFO", "--concurrency", str(len(stages))]
    halting = {**env, "HALT_AT": json.dumps(stages), "HALT_WHILE": str(hold.path)}
    with started(*command, env=halting, log=folder / "slow.log") as process:
        yield process, hold
