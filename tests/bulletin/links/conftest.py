"""Links are checked here, inside one's own network too, without the pauses of a polite guest."""

import pytest

from bulletin.links import looking
from tests.bulletin.links.strangers import stranger


@pytest.fixture
def server():
    with stranger() as server:
        yield server


@pytest.fixture
def other():
    with stranger() as server:
        yield server


@pytest.fixture
def checks(settings, monkeypatch):
    settings.LINK_CHECKS = settings.LINK_ALLOW_PRIVATE = True
    settings.PUBLIC_URL = "https://bulletin.example.cn"
    monkeypatch.setattr(looking, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(looking, "HOST_PAUSE", looking.HOST_PAUSE * 0)
    return settings
