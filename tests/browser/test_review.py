"""The review screen in a real browser: an issue checked by keys alone, and two editors at one article."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from bulletin.editing import doubts
from bulletin.editing.presence import DeskSetting
from bulletin.models import Article, Issue
from bulletin.uploads import Doubt
from tests.browser.typist import Typist
from tests.makers import make_editor
from tests.readings import make_block, make_reading, settle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ARTICLES = 14
# Keys for an issue of 14 articles with nine doubts, as docs/desk.md tells them: two for every article (Ctrl
# and Enter), two for a mend taken (N, Enter), three for a doubt that is none (N, D, Enter), a reason once.
BUDGET = 14 * 2 + 6 * 2 + 3 * 3 + 4
TO_OPEN = 44  # Tab and Enter, from the desk to the first article
TEXTS = (
    "渔港装上了风浪监测浮标",
    "医院之间互认检验结果",
    "旧书店把目录搬到网上",
    "果园用无人机数清了果子",
    "地铁客流一小时一报",
    "气象站开放二十年雨量",
    "窑炉温度由传感器看管",
    "图书馆统一了借阅编码",
    "码头集装箱自动排队",
    "牧区草场画上电子围栏",
    "博物馆公布瓷片影像",
    "法院上线执行线索平台",
    "小城停车位先约后到",
    "学校食堂晒出每日账本",
)
PASTE = """(area, html) => {
    const carried = new DataTransfer();
    carried.setData("text/html", html);
    const given = { clipboardData: carried, bubbles: true, cancelable: true };
    area.dispatchEvent(new ClipboardEvent("paste", given));
}"""


@pytest.fixture
def issue(db):
    """Fourteen articles; six half-width marks that can be mended, three doubts that are none."""
    reading = make_reading(300, articles=ARTICLES)
    for each, text in zip(reading["articles"], TEXTS, strict=True):
        each["title"], each["body"] = f"{text}有新进展", [make_block(f"{text}。")]
    for order, each in enumerate(reading["articles"][:9]):
        if order < 6:
            each["body"].append(make_block(f"{TEXTS[order]},明年推广。"))
        else:
            each["doubts"] = [no_slip(each["title"])]
    settle(reading)
    for article in Article.objects.all():
        doubts.recheck(article, None)
    return Article.objects.get(order=1).issue


def no_slip(title):
    found = {"rule": "title-differs", "severity": "medium", "message": "标题与要目不同", "evidence": title}
    return found | {"proposal": "", "field": "title", "place": None}


@pytest.fixture
def desk(open_page, live_server):
    """A function that opens the desk as an editor of this name: his page."""

    def opened(name, path="/desk/", **options):
        user = make_editor(name)
        DeskSetting.objects.create(user=user, uses_keys=True)
        client = Client()  # of his own: a login would end another's
        client.force_login(user)
        page = open_page("/about/", **options)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([session])
        page.clock.install()
        page.goto(path)
        return page

    return opened


def test_an_issue_with_faults_is_checked_by_keys_alone(desk, issue):
    page = desk("bianji")
    typist = Typist(page)
    typist.open('a[href="/desk/issues/300/"]')
    typist.open("[data-go]")
    assert page.get_by_text("0/14篇已校").first.is_visible()
    opened = typist.keys
    while "/articles/" in page.url:
        if page.locator("[data-doubt]").count():
            typist.settle()
        typist.press("Control+Enter", leads_on=True)
    assert page.get_by_text("本期各篇都已校").first.is_visible()
    assert not Article.objects.filter(checked_at=None).exists()
    assert not Doubt.objects.filter(settled_at=None).exists()
    assert Doubt.objects.filter(settlement="accepted").count() == 6
    assert opened <= TO_OPEN and typist.keys - opened <= BUDGET, (opened, typist.keys - opened)


def test_two_editors_at_one_article_lose_nothing(desk, issue):
    path = f"/desk/issues/300/articles/{issue.articles.get(order=1).number}/"
    before = issue.articles.get(order=1).title
    one, other = desk("jia", path), desk("yi", path)
    assert other.get_by_text("jia也在校这一篇").is_visible()
    one.clock.fast_forward(15_000)  # the next sign of life
    one.get_by_text("yi也在校这一篇").wait_for()
    one.get_by_label("标题", exact=True).fill("甲定的题目")
    one.keyboard.press("Tab")
    one.get_by_text("已自动保存").wait_for()
    other.get_by_label("提要").fill("乙写的提要")
    other.get_by_label("标题", exact=True).fill("乙定的题目")
    other.keyboard.press("Tab")
    asked = other.locator('[data-conflict="title"]')
    asked.get_by_text("别人刚刚也改过").wait_for()
    assert [asked.locator("dd").nth(at).inner_text() for at in range(3)] == [
        before,
        "甲定的题目",
        "乙定的题目",
    ]
    article = issue.articles.get(order=1)
    assert (article.title, article.summary) == ("甲定的题目", "乙写的提要")
    with other.expect_navigation():
        asked.get_by_role("button", name="用上面框里的").click()
    article.refresh_from_db()
    assert (article.title, article.summary) == ("乙定的题目", "乙写的提要")
    assert article.versions.filter(title="甲定的题目").exists()


def test_the_list_is_put_in_order_by_keys_and_what_is_pasted_comes_out_clean(desk, issue):
    page = desk("bianji", "/desk/issues/300/")
    first, second = issue.articles.order_by("order")[:2]
    page.locator(f'[data-pk="{first.pk}"] [value$=":down"]').focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.get_by_text("次序已保存").wait_for(state="attached")
    first.refresh_from_db()
    assert first.order == 3 and page.locator("[data-pk]").nth(2).get_attribute("data-pk") == str(first.pk)
    page.locator(f'[data-pk="{first.pk}"] [data-handle]').drag_to(page.locator(f'[data-pk="{second.pk}"]'))
    page.get_by_text("次序已保存").wait_for(state="attached")

    page.goto(f"/desk/issues/300/articles/{first.number}/")
    area = page.locator("textarea[name^=block-]").first
    area.focus()
    with page.expect_navigation():
        area.evaluate(PASTE, "<h2>目标</h2><p style='color: red'>建成<b>五个</b>基地</p>")
    first.refresh_from_db()
    assert (first.body[0]["kind"], first.body[0]["text"]) == ("h", "目标")
    assert any(each["text"].startswith("建成五个基地") for each in first.body)


def test_rows_of_an_issue_are_put_right_by_keys_and_nothing_is_saved_before(desk, issue):
    page = desk("bianji", "/desk/issues/300/edit/")
    entries = page.locator('[name="contents.title"]')
    first, second = (entries.nth(at).input_value() for at in range(2))
    page.locator('[data-rows="contents"] [value$=":down"]').first.focus()
    page.keyboard.press("ArrowDown")
    assert [entries.nth(at).input_value() for at in range(2)] == [second, first]
    page.keyboard.press("End")
    assert entries.last.input_value() == first
    assert "移到第14行，共14行，还没有保存" in page.locator("[data-rows-said]").inner_text()
    page.locator('[data-rows="contents"] [value$=":remove"]').first.focus()
    page.keyboard.press("Enter")
    page.locator("[data-rows-add=masthead]").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("责任编辑")
    page.keyboard.press("Tab")
    page.keyboard.type("林知远、周 行")
    assert len(Issue.objects.get().contents) == ARTICLES
    with page.expect_navigation():
        page.keyboard.press("Enter")
    saved = Issue.objects.get()
    assert saved.masthead == {"主编": ["某研究院"], "责任编辑": ["林知远", "周 行"]}
    before = [each["title"] for each in issue.contents]
    assert [each["title"] for each in saved.contents] == [*before[2:], first]


def test_a_login_that_ends_while_one_types_loses_nothing(desk, issue):
    article = issue.articles.get(order=1)
    page = desk("bianji", f"/desk/issues/300/articles/{article.number}/")
    Session.objects.all().delete()  # a logout elsewhere, or the end of its hours
    page.get_by_label("标题", exact=True).fill("登录过期时写的题目")
    page.keyboard.press("Tab")
    page.get_by_role("alert").get_by_text("写的内容还在这个页面里").wait_for()
    with page.expect_request("**/desk/search/"):
        page.keyboard.press("Control+Enter")  # what would lead away asks first whether it will be let in
    assert page.get_by_label("标题", exact=True).input_value() == "登录过期时写的题目"
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="在新窗口登录").click()
    login = opened.value
    login.get_by_label("用户名").fill("bianji")
    login.get_by_label("密码").fill("a-long-password")
    login.get_by_role("button", name="登录", exact=True).click()
    login.wait_for_url("**/desk/")
    page.clock.fast_forward(5_000)  # the page looks again
    page.get_by_text("已自动保存").wait_for()
    assert page.get_by_role("alert").filter(has_text="登录已过期").count() == 0
    article.refresh_from_db()
    assert article.title == "登录过期时写的题目"

    page.get_by_label("提要").fill("还没有存下的提要")
    Session.objects.all().delete()
    with page.expect_request("**/desk/search/"):
        page.locator("[data-check]").click()
    page.get_by_role("alert").get_by_text("登录已过期").wait_for()
    assert page.get_by_label("提要").input_value() == "还没有存下的提要"
    assert "/articles/" in page.url
