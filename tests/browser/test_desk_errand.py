"""The whole errand of a 期: a text with faults is handed in, checked by keys, approved by a second person,
published by the clock, corrected in the open, withdrawn and published again."""

import shutil
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone

from bulletin import health
from bulletin.models import Article, Issue
from bulletin.tasks import publish_due
from bulletin.uploads import Doubt, Upload
from tests.browser.typist import Typist
from tests.makers import make_user
from tests.processes import PROJECT, database_url, environment, worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

FILE = "第222期.txt"
# What the typist of the bulletin got wrong, as the house checks and the reader find it
FAULTS = {
    "国家互联网信息办公室和公安部一同公布": "国家互联网信息办公室 and 公安部一同公布",
    "平台由国家数据局组织建设，": "平台由国家数据局组织建设,",
    "学校、医院、": "学校、醫院、",
    "于1月22日由": "于2025年2月30日由",
    "场景从本地长处里找，": "州里定了五项重点任务：一是找场景，二是建平台，三是聚人才。场景从本地长处里找，",
    "知道自己看到的是什么。": "知道“自己看到的是什么。",
}
WRONG_DAY, RIGHT_DAY = "于2025年2月30日由", "于2025年1月22日由"
# Keys for ten articles with 17 doubts, from the first to the last that is marked as checked: two for every
# article, two for a mend taken, three for a doubt that is none, a reason once; and one mended by hand.
BUDGET = 10 * 2 + 5 * 2 + 11 * 3 + 4 + 25
PATIENCE = 60_000  # ms


@pytest.fixture
def reading_worker(settings, tmp_path, live_server):
    """A real worker on this test's database and broker, started beside the browser."""
    settings.MEDIA_ROOT = settings.VAR_DIR / "media"
    for message in settings.BROKER_DIR.glob("queue/*.msg"):
        message.unlink()  # what other tests sent for is not there any more
    variables = {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "bulletin.settings"}
    with worker(environment(settings.VAR_DIR, **variables), tmp_path / "worker.log"):
        yield
    health.forget()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture
def somebody(open_page):
    """A function that logs somebody in, in a browser of their own: somebody("bianji", "编辑")."""

    def arrive(name, *groups):
        make_user(name).groups.set(Group.objects.filter(name__in=groups))
        page = open_page("/desk/")
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill("a-long-password")
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/desk/")
        return page

    return arrive


def faulty_text():
    text = (PROJECT / "samples" / "222.txt").read_text(encoding="utf-8")
    for right, wrong in FAULTS.items():
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    return text


def test_from_a_faulty_text_to_readers_and_back(reading_worker, somebody, open_page, reference_tables):
    editor = somebody("bianji", "编辑", "终审")  # may approve, but not what she has edited
    hand_in(editor)
    keys = check_by_keys(editor)
    assert keys <= BUDGET, keys
    send_for_approval_by_keys(editor)
    may_not_approve_alone(editor)

    approver = somebody("zhongshen", "终审")
    reader = open_page("/")
    another_version_comes()
    schedule(approver, reader)
    publish_by_the_clock()
    readers_see(reader)
    correct(approver)
    reader.goto("/issues/222/5/")
    today = f"{timezone.localtime():%Y年%-m月%-d日}"
    assert today in reader.get_by_text("“学校”误作“学院”，现已改正。").locator("xpath=..").inner_text()

    withdraw(approver)
    readers_are_told(reader)
    publish_again(editor, approver)
    readers_see(reader)
    reader.goto("/issues/222/")
    assert reader.get_by_text("第5篇有一处重要错误，改好后再发。").is_visible()
    assert reader.get_by_text("“学校”误作“学院”，现已改正。").first.is_visible()


def hand_in(page):
    page.goto("/desk/upload/")
    text = {"name": FILE, "mimeType": "text/plain", "buffer": faulty_text().encode()}
    page.get_by_label("选择文件").set_input_files(text)
    page.get_by_role("heading", name="第222期已读入").wait_for(timeout=PATIENCE)


def check_by_keys(page):
    """From the page of the file through all articles; answers what it cost from the first of them on."""
    typist = Typist(page)
    typist.open('a[href="/desk/issues/222/"]')
    typist.open("[data-go]")
    turn_keys_on(typist)
    begun = typist.keys
    while "/articles/" in page.url:
        if page.locator("[data-doubt]").count():
            typist.settle([(WRONG_DAY, RIGHT_DAY)])
        typist.press("Control+Enter", leads_on=True)
    assert page.get_by_text("本期各篇都已校").first.is_visible()
    assert not Article.objects.filter(checked_at=None).exists()
    assert not Doubt.objects.filter(settled_at=None).exists()
    assert set(Doubt.objects.values_list("settlement", flat=True)) == {"accepted", "dismissed", "mended"}
    assert RIGHT_DAY in "".join(block["text"] for block in Article.objects.get(order=5).body)
    return typist.keys - begun


def turn_keys_on(typist):
    typist.go_to("[data-help]")
    typist.press("Enter")
    typist.open("[form=keys-form]")


def send_for_approval_by_keys(page):
    """Every warning wants a reason; what was typed stays where one is missing."""
    typist = Typist(page)
    warnings = page.locator("[name^=reason-]").count()
    assert warnings
    for _ in range(warnings):
        typist.go_to("[name^=reason-]")
        typist.type("原刊没有印")
    typist.go_to("[formaction$='/submit/']")
    typist.press("Enter", leads_on=True)
    page.get_by_text("第222期已送审").wait_for()


def may_not_approve_alone(page):
    assert page.get_by_text("你改过或校过这一期，终审要由另一个人来做。").is_visible()
    page.get_by_role("button", name="终审通过").press("Enter")  # said to be of no use, and pressed
    page.get_by_role("alert").get_by_text("终审要由另一个人来做").wait_for()
    assert Issue.objects.get().state == Issue.State.CHECKED


def another_version_comes():
    """Somebody else hands in a file of the same 期, after the editor's reasons were given."""
    upload, _ = Upload.objects.keep(ContentFile(b"1", "x.txt"), "第222期（再版）.txt")
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.WAITING, issue=Issue.objects.get())


def schedule(page, reader):
    """The second person sees who did what and why, answers what is left, looks at what readers will get."""
    page.goto("/desk/issues/222/")
    page.get_by_role("link", name="去终审").click()
    assert page.get_by_text("bianji：原刊没有印").first.is_visible()
    assert page.get_by_text("bianji 送审").is_visible()
    moment = (timezone.localtime() + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
    page.get_by_label("定时发布", exact=False).first.check()
    page.get_by_label("定时发布的日期和时间").fill(moment)
    page.get_by_role("button", name="终审通过").press("Enter")
    page.get_by_role("alert").get_by_text("没有写明理由").wait_for()
    assert page.get_by_label("定时发布的日期和时间").input_value() == moment  # nothing typed is lost
    page.locator("#r-versions").fill("再版只换了封面照片，不用")
    page.get_by_role("button", name="生成预览地址").click()
    private = page.locator("#preview a.hash").inner_text()
    reader.goto(private)
    assert reader.get_by_role("link", name="《江苏省数据条例》4月1日起施行").first.is_visible()
    assert reader.goto("/issues/222/").status == 404
    page.get_by_role("button", name="终审通过").press("Enter")
    page.get_by_text("第222期定在").wait_for()
    issue = Issue.objects.get()
    assert (issue.state, timezone.localtime(issue.publish_at).strftime("%Y-%m-%dT%H:%M")) == (
        Issue.State.APPROVED,
        moment,
    )


def publish_by_the_clock():
    publish_due()
    assert Issue.objects.get().state == Issue.State.APPROVED  # its moment has not come
    Issue.objects.update(publish_at=timezone.now())  # now it has
    publish_due()
    assert Issue.objects.get().state == Issue.State.PUBLISHED


def readers_see(page):
    """The same issue at every place where readers look, from the same transaction on."""
    page.goto("/")
    assert page.locator('a[href="/issues/222/1/"]').first.is_visible()
    page.goto("/search/?q=户口簿")
    assert page.locator('a[href^="/issues/222/3/"]').first.is_visible()
    for address in ("/feeds/issues.atom", "/feeds/articles.atom", "/sitemap.xml"):
        assert "/issues/222/" in page.request.get(address).text(), address
    assert page.goto("/issues/222/5/").status == 200
    assert page.get_by_text(RIGHT_DAY).is_visible() and "醫" not in page.content()


def correct(page):
    page.goto("/desk/issues/222/")
    page.locator('a[href="/desk/issues/222/articles/5/correct/"]').click()
    page.get_by_label("勘误").fill("“学校”误作“学院”，现已改正。")
    page.get_by_role("button", name="登记勘误").click()
    page.get_by_text("勘误已登记，读者现在就能看到").wait_for()


def withdraw(page):
    page.get_by_role("link", name="撤回第222期").click()
    page.get_by_label("撤回理由").fill("日期要再核")
    page.get_by_label("给读者的说明").fill("第5篇有一处重要错误，改好后再发。")
    page.get_by_role("button", name="撤回第222期").click()
    page.get_by_text("第222期已撤回，读者看不到了").wait_for()


def readers_are_told(page):
    for address in ("/issues/222/", "/issues/222/5/"):
        assert page.goto(address).status == 410
        assert page.get_by_text("第5篇有一处重要错误，改好后再发。").is_visible()
        assert RIGHT_DAY not in page.content()
    assert "/issues/222/" not in page.request.get("/sitemap.xml").text()
    assert "/issues/222/5/" not in page.request.get("/feeds/articles.atom").text()
    page.goto("/search/?q=户口簿")
    assert page.locator('a[href^="/issues/222/"]').count() == 0


def publish_again(editor, approver):
    first = Issue.objects.get().published_at
    editor.goto("/desk/issues/222/publish/")
    editor.get_by_role("button", name="送审").click()
    editor.get_by_text("第222期已送审").wait_for()
    approver.goto("/desk/issues/222/publish/")
    approver.get_by_label("现在发布").check()
    approver.get_by_role("button", name="终审通过").click()
    approver.get_by_text("第222期已发布，读者现在就能看到").wait_for()
    assert Issue.objects.get().published_at == first
