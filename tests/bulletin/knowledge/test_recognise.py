"""manage.py recognise: what would change is shown first, and written only when asked."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bulletin.models import Article
from policies.models import SaidBy
from tests.graphs import facts, graph

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def recognise(*arguments):
    said = StringIO()
    call_command("recognise", *arguments, stdout=said)
    return said.getvalue()


@pytest.fixture
def outdated(store_samples, sample_article):
    """Facts as an older reader left them: one missing, one wrong, one told otherwise."""
    store_samples(222, 228)
    now = graph(), facts()
    article = sample_article(222, 4)
    article.region_facts.all().delete()
    article.tellings.update(number="旧〔2020〕1号")
    sample_article(222, 5).body_facts.create(body_id=article.body_facts.get().body_id, order=9)
    return now


def test_what_would_change_is_shown_and_nothing_is_written(outdated):
    before = graph(), facts()
    said = recognise()
    assert "第222期第4篇" in said and "+ 地区 深圳" in said
    assert "- 机构 深圳市科技创新局" in said
    assert "~ 文件" in said and "旧〔2020〕1号" in said
    assert "新增1项，删去1项，改动1项。还没有写入" in said
    assert (graph(), facts()) == before


def test_it_is_written_when_asked_and_then_nothing_is_left_to_change(outdated):
    assert "已写入" in recognise("--apply")
    assert (graph(), facts()) == outdated
    assert recognise() == "没有变化。\n"


def test_only_the_issues_named_are_read_again(outdated):
    assert recognise("228") == "没有变化。\n"
    with pytest.raises(CommandError, match="没有这些期：999"):
        recognise("222", "999")


def test_what_an_editor_said_is_no_change(outdated, sample_article):
    Article.objects.get(issue__total_number=222, order=5).body_facts.filter(order=9).update(
        said_by=SaidBy.HAND
    )
    assert "- 机构" not in recognise()
