"""A form that is refused says why, and keeps every word that was typed into it."""

import pytest

from tests.makers import make_editor
from tests.world import build, located

pytestmark = pytest.mark.django_db

REFUSED = {
    "new_topic": {
        "name": "写了一半的主题",
        "slug": "不是 地址",
        "words": "甲词、乙词",
        "other_words": "丙词",
    },
    "edit_topic": {"name": "改了一半的主题", "slug": "", "words": "甲词、乙词", "mentions": "许多"},
    "target_notes": {"text": "写了一半的进展", "reported_on": "前天", "source_url": "没有写完的网址"},
    "correct_stage": {"kind": "发布", "happened_on": "去年夏天"},
    "add_article": {"title": "写了一半的标题", "section": "没有的栏目"},
    "take_down_article": {"note": "说明写得太长。" * 50},
    "make_name": {"name": "国家数据局", "level": "ministry"},  # that name is taken
    "login": {"username": "没有的人", "password": "x"},
}
CHOSEN = {"password", "section"}  # never echoed; chosen from a list that has no such entry


def test_every_refused_form_keeps_what_was_typed(client, reference_tables):
    world = build()
    client.force_login(make_editor("zhongshen"))
    wrong, asked = [], set()
    for key, address in located(world):
        if not (typed := REFUSED.get(key)):
            continue
        asked.add(key)
        prefix = f"n{world['name']['pk']}-" if key == "make_name" else ""
        response = client.post(address, {prefix + name: value for name, value in typed.items()})
        page = response.content.decode()
        lost = [value for name, value in typed.items() if name not in CHOSEN and value not in page]
        if response.status_code not in (200, 400) or lost or "alert" not in page:
            wrong.append(f"{key}: {response.status_code}, lost {lost}")
    assert asked == set(REFUSED)
    assert not wrong, "\n".join(wrong)
