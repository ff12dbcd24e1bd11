"""The virtual environment in .venv, made or brought up to date when the locked requirements change.

    python3 bootstrap.py [requirements.txt]

Standard library only; any Python from 3.11 on. The Makefile calls it before everything else.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit("需要 Python 3.11 或更新的版本；可以这样指定：make run PYTHON=/路径/python3.12")
    if os.name == "nt":
        sys.exit("Windows 上请在 WSL 里运行。")
    lock = ROOT / (sys.argv[1] if len(sys.argv) > 1 else "requirements.txt")
    wanted = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = VENV / f".installed-{lock.stem}"
    if stamp.exists() and stamp.read_text() == wanted and works():
        return
    if not works():
        say("建立虚拟环境 .venv …")
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            venv.create(VENV, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError:
            sys.exit("这个 Python 建不了虚拟环境。在 Debian、Ubuntu 上请先装：apt install python3-venv")
    install(lock)
    stamp.write_text(wanted)


def works() -> bool:
    """Whether .venv has a Python of this version: moving the folder or upgrading the system breaks it."""
    ask = [str(PYTHON), "-c", "import sys, pip; print(sys.version)"]
    try:
        return subprocess.run(ask, capture_output=True, text=True).stdout.strip() == sys.version.strip()
    except OSError:
        return False


def install(lock: Path) -> None:
    """Exactly what is locked, by hash, with a line of progress."""
    total = len(re.findall(r"^[A-Za-z0-9]", lock.read_text(encoding="utf-8"), re.MULTILINE))
    command = [
        *(
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--require-hashes",
            "--no-deps",
            "--disable-pip-version-check",
        ),
        *("--no-input", "--progress-bar", "off", "--root-user-action", "ignore", "-r", str(lock)),
    ]
    output = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as pip:
        seen = 0
        for line in pip.stdout or []:
            output.append(line)
            if line.startswith(("Collecting", "Requirement already")):
                seen += 1
                say(f"下载依赖 {seen}/{total} …", again=seen > 1)
            elif line.startswith("Installing"):
                say("安装依赖 …")
    if pip.returncode:
        sys.stderr.write("".join(output[-15:]))
        sys.exit("依赖没有装成，原因见上面几行。网络恢复后再运行一次即可，已下载的不会重来。")


def say(text: str, again: bool = False) -> None:
    """A line; on a terminal one that goes on counting is written over."""
    if sys.stdout.isatty():
        sys.stdout.write(("\033[1A\033[2K" if again else "") + text + "\n")
    elif not again:
        sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
