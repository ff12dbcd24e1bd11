"""The settings under test: those of the portal, with what a test run states for itself.

With DATABASE_URL the tests use that server, without it the embedded one, started by conftest.py in a var/ of
their own.
"""

import os
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "for-the-tests-alone-and-long-enough-to-satisfy-every-check")
os.environ.setdefault("HTTPS", "false")
os.environ.setdefault("VAR_DIR", str(Path(__file__).resolve().parent.parent / "var" / "tests"))
os.environ.setdefault("LINK_CHECKS", "false")  # no test asks a stranger; those of links ask themselves
if worker := os.environ.get("PYTEST_XDIST_WORKER"):  # tests side by side: a server for each
    os.environ["VAR_DIR"] += f"-{worker}"

from bulletin.settings import *  # noqa: F403
from bulletin.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
