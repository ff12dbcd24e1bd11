"""The desk in every state in a real browser: accessible in light and dark, inside the window."""

import copy

import pytest
from django.utils import timezone

from bulletin.models import Article
from bulletin.uploads import Upload
from tests.browser import looks
from tests.makers import make_editor, make_full_issue
from tests.readings import make_block, make_reading, make_upload, settle
from tests.roles import ADMIN, ROLES, rule
from tests.world import build, located

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
# Not pages: files, and parts of pages
FILES = {"upload_original", "batch_csv"}
PARTS = {
    "upload_fragment",
    "batch_fragment",
    "link_state",
    "suggest_bodies",
    "suggest_policies",
    "suggest_tags",
}


@pytest.fixture
def addresses():
    """A file in every state, an issue with doubts of every severity, an article taken down; their pages."""
    reading = make_reading(300, articles=4)
    reading["articles"][0]["doubts"] = [
        {
            "rule": severity,
            "severity": severity,
            "message": f"有一处{severity}的疑问",
            "evidence": "正文：甲；要目：乙",
            "field": "title",
            "proposal": "乙",
            "place": {"start": 7, "end": 9, "page": 0},
        }
        for severity in ("high", "medium", "low")
    ]
    reading["assignments"] = [
        {"start": 0, "end": 4, "role": "body", "article": 1},
        {"start": 4, "end": 9, "role": "unassigned", "article": None},
    ]
    read = settle(reading)
    edited = Article.objects.get(order=1)
    edited.title = "编辑定的题目，比机器读出的更通顺一些，也更长一些，在手机上要折行"
    edited.save()
    Article.objects.get(order=2).take_down("应来源方要求撤下")
    new = copy.deepcopy(reading)
    new["articles"][0]["title"] += "（修订）"
    new["articles"][2]["body"].append(make_block("另有附则两条。"))
    new["articles"][3] |= {"title": "完全不同的一篇", "source_url": "", "body": [make_block("新写的正文。")]}
    waiting = settle(new, name="一个很长的文件名" * 8 + ".txt")
    public = make_full_issue(237, articles=2)
    moment = timezone.now()
    uploads = [
        read,
        waiting,
        make_upload("排队"),
        make_upload(
            "在读",
            state=Upload.State.READING,
            progress={
                "steps": [["reading", moment.isoformat()], ["articles", moment.isoformat()]],
                "done": 2,
                "total": 14,
                "titles": ["第一个题目", "第二个题目"],
            },
        ),
        make_upload(
            "坏", state=Upload.State.FAILED, error="empty-file", error_message="文件是空的，请检查原件。"
        ),
        make_upload("放弃", state=Upload.State.DISCARDED),
    ]
    return [
        "/desk/",
        "/desk/?state=read",
        "/desk/?state=discarded&page=9",
        "/desk/upload/",
        *(upload.get_absolute_url() for upload in uploads),
        f"{waiting.get_absolute_url()}discard/",
        "/desk/issues/300/",
        "/desk/issues/300/publish/",
        "/desk/issues/300/articles/1/take-down/",
        "/desk/issues/300/articles/1/",
        "/desk/issues/300/articles/add/",
        "/desk/issues/300/edit/",
        "/desk/issues/300/history/",
        f"/desk/articles/{public.articles.first().pk}/delete/",
        "/desk/issues/237/edit/",
        "/desk/issues/237/correct/",
        "/desk/issues/237/articles/1/correct/",
        f"/desk/articles/{edited.pk}/split/?at=2",
        f"/desk/articles/{edited.pk}/merge/",
        f"/desk/articles/{edited.pk}/delete/",
    ]


@pytest.fixture
def desk_page(open_page, client, live_server):
    """A function that opens the browser as somebody who may do all that the desk offers."""

    def open_at_desk(**options):
        client.force_login(make_editor("bianji"))
        page = open_page("/about/", **options)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return page

    return open_at_desk


WATCH = """() => new MutationObserver(() => {
    const [chosen, meter] = ["chosen", "meter"].map((name) => document.querySelector(`[data-${name}]`));
    const said = chosen.textContent + meter.textContent;
    if (!meter.hidden) sessionStorage.seen = (sessionStorage.seen || "") + said;
}).observe(document.querySelector("[data-drop]"), { subtree: true, childList: true, attributes: true })"""


def test_files_that_are_sent_show_how_much_has_gone_and_what_was_wrong(desk_page):
    page = desk_page()
    page.goto("/desk/upload/")
    page.evaluate(WATCH)
    texts = {"甲.txt": b"1" * 1_200_000, "乙.txt": b"2" * 1_200_000}
    page.get_by_label("选择文件").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": text} for name, text in texts.items()]
    )
    page.wait_for_url("**/desk/batches/*/")
    seen = page.evaluate("sessionStorage.seen")
    assert "正在上传2份：甲.txt、乙.txt" in seen and "传完了，正在收下" in seen
    page.goto("/desk/upload/")
    page.get_by_label("选择文件").set_input_files({"name": "图.png", "mimeType": "image/png", "buffer": b"1"})
    page.get_by_text("没有收下“图.png”").wait_for()
    assert page.locator("[data-meter]").is_hidden()


def test_every_page_of_the_desk(desk_page, addresses):
    page = desk_page()
    for address in addresses:
        assert page.goto(address).status == 200 and "/login/" not in page.url
        assert looks.faults(page) == []


def test_every_address_of_the_desk_on_a_tablet_and_by_keyboard(desk_page, reference_tables):
    """All that the role table knows, so that a new page is looked at too; nothing breaks the policy."""
    page = desk_page(width=768, reduced_motion="reduce")  # no colour halfway
    refused = []
    page.on("console", lambda message: refused.append(message.text) if "Policy" in message.text else None)
    wrong, seen = [], 0
    for key, address in located(build()):
        is_ours = address.startswith(("/desk/", "/account/")) and not key.startswith(ADMIN)
        if not is_ours or rule(key).get.split()[ROLES.index("终审")] != "ok" or key in FILES | PARTS:
            continue
        page.goto(address)
        seen += 1
        if (wide := looks.excess(page)) > 0:
            wrong.append(f"{key} {address} is {wide} px too wide")
        wrong += [f"{key} {address}: {each}" for each in looks.violations(page)]
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.matches('.skip, main *')"):
            wrong.append(f"{key} {address}: the first Tab leads neither past the frame nor into the page")
    assert seen > 30 and not wrong, "\n".join(wrong)
    assert refused == []
