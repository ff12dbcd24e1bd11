"""A broker without a server: kombu's filesystem transport, mended for several processes at once.

kombu writes a file under its final name, so that another process may read it while it is still empty, and
moves a taken message to the temporary directory, which may be on another disk. Here every file appears whole,
by a rename, and a message is taken by a rename, which only one taker can win.
"""

import fcntl
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Messages are files `<nanoseconds>-<uuid>.<queue>.msg`, oldest first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for folder in (self.data_folder_in, self.data_folder_out, self.processed_folder, self.control_folder):
            Path(folder).mkdir(parents=True, exist_ok=True)

    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, dumps(payload))

    def _get(self, queue: str) -> Any:
        for message in sorted(Path(self.data_folder_in).glob(f"*.{queue}.msg")):
            taken = Path(self.processed_folder) / message.name
            with suppress(FileNotFoundError):  # another worker was quicker
                message.rename(taken)
                payload = loads(taken.read_text(encoding="utf-8"))
                taken.unlink()
                return payload
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with (Path(self.control_folder) / "turn.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            bindings = self.get_table(exchange)
            if binding not in bindings:
                write_whole(self._exchange_file(exchange), dumps([binding, *bindings]))


class Transport(filesystem.Transport):
    """Named by CELERY_BROKER_TRANSPORT."""

    Channel = Channel


def write_whole(path: Path, text: str) -> None:
    """Nobody sees the file before all of it is there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.rename(path)
