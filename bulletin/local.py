"""What a portal on one's own machine needs and a server must be told: a secret key, plain http.

Such things are made once and kept below var/, for the owner's eyes. Django is not needed.
"""

import os
import secrets
import sys
from collections.abc import MutableMapping
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


def var_dir(environ: MutableMapping[str, str]) -> Path:
    return Path(environ.get("VAR_DIR") or BASE_DIR / "var").resolve()


def is_embedded(environ: MutableMapping[str, str]) -> bool:
    return not environ.get("DATABASE_URL")


def complete(environ: MutableMapping[str, str], command: str) -> None:
    """Fill in what is not set, for `run` and for commands beside it on the embedded database.

    A server has a DATABASE_URL and must state its own SECRET_KEY; `check` looks at the environment as it is.
    """
    if command != "run" and (command == "check" or not is_embedded(environ)):
        return
    if not environ.get("SECRET_KEY"):
        try:
            environ["SECRET_KEY"] = kept_secret(var_dir(environ) / "secret-key", 50)
        except OSError as error:
            sys.exit(
                f"用不了 {error.filename}：{error.strerror}。请用启动过门户的那个用户运行，"
                "或把环境变量 VAR_DIR 设为一个可以写的文件夹。"
            )
    environ.setdefault("HTTPS", "false")
    environ.setdefault("APPROVE_OWN_WORK", "true")  # there is one account


def kept_secret(path: Path, length: int) -> str:
    """The secret in this file; made at the first call. Nobody but the owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:  # noqa: PTH123
            file.write(secrets.token_urlsafe(length)[:length] + "\n")
    except FileExistsError:
        pass
    return path.read_text().strip()
