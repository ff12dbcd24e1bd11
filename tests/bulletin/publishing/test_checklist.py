"""The list before publishing: what blocks, what warns, and how a reason answers a warning."""

from datetime import date

import pytest

from bulletin.facts import LinkProposal
from bulletin.publishing import acting, checklist
from bulletin.uploads import Doubt, Upload
from tests.makers import make_article, make_issue, make_ready, make_user

pytestmark = pytest.mark.django_db
WHOLE = {"masthead": {"主编": ["某人"]}, "contents": [{"section": "国策要论", "page": 1, "title": "某题"}]}


@pytest.fixture
def issue():
    issue = make_issue(237, published=False, number=14, issued_on=date(2025, 7, 31), **WHOLE)
    make_article(issue, title="甲市印发方案")
    return make_ready(issue)


def make_doubt(issue, severity, **fields):
    upload = Upload.objects.create(name="某件.txt", sha256="0" * 64, size=1)
    fields = {"rule": "some", "message": "日期像是抄错了", **fields}
    return Doubt.objects.create(upload=upload, issue=issue, severity=severity, **fields)


def failing(issue):
    found = checklist.of_issue(issue)
    return {finding.rule: finding.about for finding in found.blocking + found.warnings}


def test_a_clean_issue_passes(issue, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        found = checklist.of_issue(issue)
    assert found.why_not() == "" and not found.warnings


def test_what_blocks_is_told_with_the_place_where_it_is_mended(issue):
    bare = make_article(issue, title=" ", body=[], order=3)
    make_doubt(issue, "high", article=bare)
    make_issue(236, number=14, issued_on=date(2025, 7, 1))
    make_issue(238, number=15, issued_on=date(2025, 7, 31))
    found = checklist.of_issue(issue)
    assert {finding.rule for finding in found.blocking} == {
        "checked", "grave-doubts", "whole", "order", "numbers",
    }  # fmt: skip
    [grave] = [finding for finding in found.blocking if finding.rule == "grave-doubts"]
    [place] = grave.places
    assert (place.page, place.key, place.text) == (checklist.ARTICLE, 3, "第3篇：日期像是抄错了")
    assert failing(issue)["whole"] == "第3篇：没有标题\n第3篇：没有正文"
    assert failing(issue)["numbers"] == "与总第236期同为2025年第14期\n与总第238期同一天（2025-07-31）"
    assert "还有5项不通过" in found.why_not()


def test_an_issue_without_articles_is_none():
    assert "articles" in failing(make_issue(published=False))


def test_what_warns(issue):
    article = issue.articles.get()
    picture = {"page": 1, "start": 0, "end": 0, "box": {"left": 0, "top": 0, "right": 200, "bottom": 90}}
    article.places = {"picture": [picture]}
    article.source_url, article.source_names, article.page = "www.example.cn", [], None
    article.save()
    make_article(issue, title=article.title)
    make_ready(issue)
    issue.acknowledgements.all().delete()
    make_doubt(issue, "low", article=article)
    issue.cover_headline = ""
    issue.save()
    earlier = make_article(make_issue(235, number=11, issued_on=date(2025, 7, 1), **WHOLE))
    LinkProposal.objects.create(left_article=earlier, right_article=article, kind="repeated")
    Upload.objects.create(name="第二版.pdf", sha256="1" * 64, size=1, issue=issue, state="waiting")
    assert not checklist.of_issue(issue).blocking
    assert set(failing(issue)) == {
        "links", "pictures", "light-doubts", "pages", "titles", "issue-fields", "sequence", "policies",
        "versions",
    }  # fmt: skip


def test_a_reason_answers_a_warning_until_the_warning_is_about_something_else(issue):
    editor = make_user()
    article = issue.articles.get()
    article.source_url = ""
    article.save()
    make_ready(issue)
    issue.acknowledgements.all().delete()
    assert "没有写明理由" in checklist.of_issue(issue).why_not()
    acting.answer(issue, {"links": "原刊没有印链接", "checked": "不该有用"}, editor)
    assert checklist.of_issue(issue).why_not() == ""
    make_article(issue, source_url="")
    make_ready_but_for_links(issue)
    [links] = checklist.of_issue(issue).unanswered
    assert links.about == "第1篇：没有原文链接\n第2篇：没有原文链接"


def make_ready_but_for_links(issue):
    answer = issue.acknowledgements.get(rule="links")
    make_ready(issue)
    issue.acknowledgements.filter(rule="links").update(about=answer.about)
