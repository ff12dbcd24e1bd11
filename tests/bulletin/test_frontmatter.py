"""What an issue says of itself, at the desk: saved by field, over nobody's words, kept with its history."""

import html
import re

import pytest
from django.urls import reverse

from bulletin.editing import arranging
from bulletin.models import Issue
from bulletin.publishing import acting
from bulletin.publishing.records import IssueAct
from tests.makers import make_article, make_editor, make_issue, make_ready, make_user
from tests.readings import make_reading, settle

pytestmark = pytest.mark.django_db
EDIT = "/desk/issues/237/edit/"
MASTHEAD = {"主编": ["某研究院"], "责任编辑": ["林知远", "周 行"]}
CONTENTS = [
    {"section": "国策要论", "page": 1, "title": "甲市印发办法"},
    {"section": "数谷动态", "page": None, "title": "乙市印发办法"},
]


@pytest.fixture
def editor(client):
    user = make_editor("bianji")
    client.force_login(user)
    return user


@pytest.fixture
def issue():
    issue = make_issue(237, published=False, number=14, masthead=MASTHEAD, contents=CONTENTS)
    make_article(issue)
    return issue


def form_of(client, response=None):
    """The form as a browser would send it back: (name, value) in the order of the page."""
    page = (response or client.get(EDIT)).content.decode()
    page = re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL)
    page = page[page.index("data-unsaved") :]
    found = []
    for tag in re.finditer(r'<input[^>]*? name="([^"]+)" value="([^"]*)"|<select[^>]*? name="([^"]+)"', page):
        if tag[3]:
            chosen = re.search(r'value="([^"]*)" selected', page[tag.end() :])
            found.append((tag[3], html.unescape(chosen[1])))
        elif tag[1] != "csrfmiddlewaretoken":
            found.append((tag[1], html.unescape(tag[2])))
    return found


def sent(form, **changes):
    """The form with some cells typed over: sent(form, title__1="新的题目") changes the second title."""
    fields: dict[str, list[str]] = {}
    for name, value in form:
        fields.setdefault(name, []).append(value)
    for name, value in changes.items():
        name, _, place = name.partition("__")
        full = next(
            (each for each in fields if each.endswith(f".{name}") and not each.startswith("base.")), name
        )
        fields.setdefault(full, [""])[int(place or 0)] = value
    return fields


def test_sent_back_untouched_it_changes_nothing(client, editor, issue):
    before = issue.versions.count()
    page = client.post(EDIT, sent(form_of(client)), follow=True)
    assert "没有改动，不用保存" in page.content.decode()
    issue.refresh_from_db()
    assert (issue.masthead, issue.contents, issue.versions.count()) == (MASTHEAD, CONTENTS, before)


def test_roles_names_and_lines_are_corrected(client, editor, issue):
    typed = sent(
        form_of(client), names__1="林知远，周 行；许明澈", title__1="丙市印发办法", page__1="8", number="15"
    )
    page = client.post(EDIT, typed, follow=True).content.decode()
    assert "已保存期号、刊务、本期要目" in page
    issue.refresh_from_db()
    assert issue.masthead == {"主编": ["某研究院"], "责任编辑": ["林知远", "周 行", "许明澈"]}
    assert issue.contents[1] == {"section": "数谷动态", "page": 8, "title": "丙市印发办法"}
    assert issue.number == 15
    assert issue.versions.order_by("pk").last().pgh_context.metadata["user"] == editor.pk


def test_rows_are_moved_added_and_taken_out_without_script_before_anything_is_saved(client, editor, issue):
    form = sent(form_of(client), cover_headline="还没有保存的题目")
    for act in ("contents:1:up", "contents::add", "contents:2:up", "masthead:0:remove"):
        response = client.post(EDIT, form | {"act": act})
        assert "还没有保存" in response.content.decode()
        form = sent(form_of(client, response))
    assert form["contents.title"] == ["乙市印发办法", "", "甲市印发办法"]
    assert (form["masthead.role"], form["cover_headline"]) == (["责任编辑"], ["还没有保存的题目"])
    issue.refresh_from_db()
    assert (issue.contents, issue.masthead) == (CONTENTS, MASTHEAD)
    client.post(EDIT, form)
    issue.refresh_from_db()
    assert [each["title"] for each in issue.contents] == [
        "乙市印发办法",
        "甲市印发办法",
    ]  # nothing stood in one
    assert (list(issue.masthead), issue.cover_headline) == (["责任编辑"], "还没有保存的题目")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"number": ""}, "请填期号"),
        ({"issued_on": "2025年"}, "日期认不出来"),
        ({"role__0": "责任编辑"}, "“责任编辑”写了两行"),
        ({"role__0": ""}, "请填职务"),
        ({"names__1": "、"}, "请填名字"),
        ({"title__1": ""}, "请填标题"),
        ({"page__0": "八"}, "页码是1到999的数字"),
        ({"section__0": "不存在的栏目"}, "请从四个栏目里选一个"),
    ],
)
def test_what_cannot_be_saved_says_why_and_stays_in_the_form(client, editor, issue, changes, said):
    form = sent(form_of(client), **changes)
    response = client.post(EDIT, form)
    assert response.status_code == 400 and said in response.content.decode()
    assert sent(form_of(client, response)) == form
    issue.refresh_from_db()
    assert (issue.masthead, issue.contents, issue.number) == (MASTHEAD, CONTENTS, 14)


def test_a_later_save_never_overwrites(client, editor, issue):
    form = sent(form_of(client), names__0="乙定的主编", number="16")
    acting.change_fields(issue.pk, {"masthead": "主编\t甲定的主编\n责任编辑\t林知远、周 行"})
    response = client.post(EDIT, form)
    page = response.content.decode()
    assert response.status_code == 409 and "别人刚刚也改过" in page
    assert all(each in page for each in ("某研究院", "甲定的主编", "乙定的主编"))
    issue.refresh_from_db()
    assert (issue.masthead["主编"], issue.number) == (["甲定的主编"], 16)  # what nobody else changed stands

    again = sent(form_of(client, response))
    acting.change_fields(issue.pk, {"masthead": "主编\t第三个人定的\n责任编辑\t林知远、周 行"})
    response = client.post(EDIT, again | {"choose": "mine:masthead"})
    assert response.status_code == 409  # a choice is no way around a third change
    client.post(EDIT, sent(form_of(client, response)) | {"choose": "mine:masthead"})
    issue.refresh_from_db()
    assert issue.masthead["主编"] == ["乙定的主编"]


def test_taking_the_others_words_leaves_them(client, editor, issue):
    form = sent(form_of(client), cover_headline="乙定的题目")
    acting.change_fields(issue.pk, {"cover_headline": "甲定的题目"})
    client.post(EDIT, form)
    client.post(EDIT, form | {"choose": "theirs:cover_headline"})
    issue.refresh_from_db()
    assert issue.cover_headline == "甲定的题目"


def test_a_public_issue_is_locked_and_says_what_to_do(client, editor, issue):
    form = sent(form_of(client), cover_headline="晚了一步的题目")
    issue.publish()
    page = client.get(EDIT).content.decode()
    assert "读者正在看这一期" in page and reverse("correct_issue", args=[237]) in page
    assert ">保存</button>" not in page
    late = client.post(EDIT, form)
    assert late.status_code == 400
    assert "登记勘误" in late.content.decode() and "晚了一步的题目" in late.content.decode()
    issue.refresh_from_db()
    assert issue.cover_headline != "晚了一步的题目"


def test_what_was_changed_is_told_with_who_and_can_be_had_back(client, editor, issue):
    client.post(EDIT, sent(form_of(client), names__0="另一个研究院", cover_headline="新的题目"))
    address = reverse("issue_history", args=[237])
    page = client.get(address).content.decode()
    assert "bianji" in page and "封面标题、刊务" in page and "另一个研究院" in re.sub("<.*?>", "", page)
    first = issue.versions.order_by("pk").first()
    restore = reverse("restore_issue_version", args=[237, first.pk])
    client.post(restore, {"field": "masthead"})
    issue.refresh_from_db()
    assert (issue.masthead, issue.cover_headline) == (MASTHEAD, "新的题目")
    client.post(restore)
    issue.refresh_from_db()
    assert issue.cover_headline == first.cover_headline
    issue.publish()
    client.post(reverse("restore_issue_version", args=[237, issue.versions.order_by("pk")[1].pk]))
    assert "要先撤回再改" in client.get(address).content.decode()


def test_an_approved_issue_goes_back_whoever_changes_it_and_however(client, editor, issue):
    other = make_user("zhongshen", "approve_issue", "publish_issue", "check_article")
    make_ready(issue, by=editor)
    acting.approve_and(issue.pk, "approve", other)
    client.post(EDIT, sent(form_of(client), title__0="丁市印发办法"))
    issue.refresh_from_db()
    act = IssueAct.objects.first()
    assert (issue.state, act.act, act.reason, act.by) == ("draft", "reopen", "改动了本期要目", editor)

    make_ready(issue, by=editor)
    acting.perform(issue.pk, "submit", other)
    Issue.objects.filter(pk=issue.pk).update(number=20, cover_headline="又一题")
    issue.refresh_from_db()
    assert (issue.state, IssueAct.objects.first().reason) == ("draft", "改动了期号、封面标题")


def test_who_changed_what_the_issue_says_does_not_approve_it(client, issue):
    make_ready(issue)
    other = make_editor("zhongshen")
    assert not acting.may_not_approve(issue, other)
    client.force_login(other)
    client.post(EDIT, sent(form_of(client), cover_headline="终审改的题目"))
    assert acting.may_not_approve(issue, other)


# --- What the reader doubted of titles and contents ---------------------------------------------------------


@pytest.fixture
def doubted():
    """An issue whose contents names its first article otherwise, and one more that is not there."""
    reading = make_reading(237)
    first = reading["articles"][0]
    first["doubts"] = [
        {"rule": "title-differs-from-contents", "severity": "high", "message": "标题与本期要目所列不同"}
    ]
    reading["toc"][0] = reading["toc"][0] | {"title": "要目里的题目"}
    reading["toc"].append({"section": "数谷动态", "page": 9, "title": "没有正文的一篇"})
    missing = {"rule": "entry-without-article", "severity": "high", "message": "正文里没有找到"}
    reading["doubts"] = [missing | {"evidence": "没有正文的一篇"}]
    settle(reading)
    return Issue.objects.get(total_number=237)


def open_rules(issue):
    rules = issue.doubts.filter(settled_at=None).values_list("rule", flat=True)
    return {rule for rule in rules if "contents" in rule or "entry" in rule}


def test_contents_that_are_set_right_settle_the_doubts_about_them(client, editor, doubted):
    last = len(doubted.contents) - 1
    title = doubted.articles.get(order=1).title
    before = client.get(EDIT)
    client.post(EDIT, sent(form_of(client, before), title__0=title))
    assert open_rules(doubted) == {"entry-without-article"}
    [settled] = doubted.doubts.exclude(settled_at=None)
    assert (settled.get_settlement_display(), settled.settled_by) == ("已改好", editor)
    form = sent(
        form_of(client, client.post(EDIT, sent(form_of(client)) | {"act": f"contents:{last}:remove"}))
    )
    client.post(EDIT, form)
    assert open_rules(doubted) == set()
    client.post(EDIT, sent(form_of(client), title__0="又是别的题目"))
    assert open_rules(doubted) == {"title-differs-from-contents"}


def test_a_title_that_is_set_right_settles_the_doubt_about_it(client, editor, doubted):
    article = doubted.articles.get(order=1)
    review = reverse("review", args=[237, article.number])
    client.post(review, {"title": "要目里的题目", "base.title": article.title})
    assert open_rules(doubted) == {"entry-without-article"}


def test_an_article_that_is_added_settles_the_doubt_that_it_is_missing(client, editor, doubted):
    section = doubted.articles.last().section
    row = arranging.add(doubted.pk, title="没有正文的一篇", section=section, behind=None, by=editor)
    assert open_rules(doubted) == {"title-differs-from-contents"}
    arranging.undo(row.pk, by=editor)
    assert open_rules(doubted) == {"title-differs-from-contents", "entry-without-article"}
