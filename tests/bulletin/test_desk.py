"""The desk's pages: who may see and do what, what they cost, what they say."""

import copy
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bulletin import health
from bulletin.models import Article, Issue
from bulletin.uploads import Upload
from tests.makers import make_editor, make_full_issue, make_ready, make_user
from tests.readings import make_block, make_reading, make_upload, settle

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = make_user("bianji", "view_draft", "edit_article")
    client.force_login(user)
    return user


@pytest.fixture
def publisher(client):
    user = make_editor("zhongshen")
    client.force_login(user)
    return user


@pytest.fixture
def waiting():
    """A second version of an issue, with a correction of an editor's in its way."""
    reading = make_reading(300)
    settle(reading)
    edited = Article.objects.get(order=1)
    edited.title = "编辑定的题目"
    edited.save()
    new = copy.deepcopy(reading)
    new["articles"][0]["title"] = "甲市印发公共数据授权运营实施细则"
    new["articles"][1]["body"][0] = make_block(new["articles"][1]["body"][0]["text"] + "另有附则两条。")
    return settle(new, name="第二版.txt")


def page(client, url, status=200, **options):
    response = client.get(url, **options)
    assert response.status_code == status
    return response.content.decode()


def hand_in(client, *files):
    return client.post(
        reverse("upload_list"), {"files": [SimpleUploadedFile(*file) for file in files]}, follow=True
    )


def test_a_file_handed_in_is_kept_and_queued(client, editor):
    response = hand_in(client, ("第300期.txt", "正文".encode()))
    upload = Upload.objects.get()
    assert response.redirect_chain[-1][0] == upload.get_absolute_url()
    assert (upload.state, upload.uploaded_by, upload.name) == (Upload.State.QUEUED, editor, "第300期.txt")
    assert "排队等待解析" in response.content.decode()


def test_several_files_at_once_each_get_a_row(client, editor):
    hand_in(client, ("甲.txt", b"1"), ("乙.md", b"2"), ("丙.pdf", b"%PDF-"))
    assert Upload.objects.count() == 3


def test_the_same_bytes_lead_to_the_file_that_is_there(client, editor):
    hand_in(client, ("甲.txt", b"same"))
    response = hand_in(client, ("乙.txt", b"same"))
    assert response.redirect_chain[-1][0] == Upload.objects.get().get_absolute_url()
    assert "完全相同" in response.content.decode()


def test_what_cannot_be_taken_says_why_and_keeps_nothing_else_from_going_on(client, editor, settings):
    settings.MAX_UPLOAD_MB = 1
    response = hand_in(client, ("图.png", b"1"), ("大.txt", b"2" * (1024 * 1024 + 1)), ("好.txt", b"3"))
    said = response.content.decode()
    assert "图.png" in said and "没有收下" in said
    assert "只收 PDF 和文本" in said
    assert "超过了1 MB的上限" in said.replace("1 MB 的", "1 MB的")
    assert [upload.name for upload in Upload.objects.all()] == ["好.txt"]


def test_a_script_that_sends_the_files_is_told_where_to_go_or_what_was_wrong(client, editor):
    def sent(*files):
        answer = client.post(
            reverse("upload_list"),
            {"files": [SimpleUploadedFile(*file) for file in files]},
            headers={"Accept": "application/json"},
        )
        return answer.status_code, answer.json()

    assert sent(("甲.txt", b"1")) == (201, {"next": Upload.objects.get().get_absolute_url()})
    assert "收下了“甲.txt”" in page(client, Upload.objects.get().get_absolute_url())
    status, said = sent(("乙.txt", b"2"), ("丙.txt", b"3"))
    assert (status, "batches" in said["next"]) == (201, True)
    status, said = sent(("图.png", b"1"))
    assert status == 400 and "只收 PDF 和文本" in said["errors"][0]
    status, said = sent()
    assert status == 400 and "还没有选文件" in said["errors"][0]


def test_no_file_at_all_is_an_error_in_words(client, editor):
    response = client.post(reverse("upload_list"))
    assert response.status_code == 400
    assert "还没有选文件" in response.content.decode()


def test_the_page_goes_on_asking_while_the_file_moves_and_then_stops(client, editor):
    upload = make_upload()
    fragment = reverse("upload_fragment", args=[upload.pk])
    response = client.get(fragment)
    assert response.status_code == 200 and "every 2s" in response.content.decode()
    settle(make_reading(300), upload=upload)
    response = client.get(fragment)
    assert response.status_code == 286 and "every 2s" not in response.content.decode()


def test_without_script_the_page_refreshes_itself_only_while_the_file_moves(client, editor):
    upload = make_upload()
    assert '<noscript><meta http-equiv="refresh"' in page(client, upload.get_absolute_url())
    settle(make_reading(300), upload=upload)
    assert 'http-equiv="refresh"' not in page(client, upload.get_absolute_url())


def test_the_page_tells_place_in_the_queue_and_that_nobody_reads(client, editor, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    make_upload("甲")
    second = make_upload("乙")
    said = page(client, second.get_absolute_url())
    assert "前面还有1份" in said and "没有处理程序在运行" in said
    health.mark("worker")
    assert "没有处理程序在运行" not in page(client, second.get_absolute_url())


def test_a_reading_shows_its_steps_and_the_articles_found_so_far(client, editor):
    upload = make_upload(
        state=Upload.State.READING,
        progress={
            "steps": [["reading", "2025-01-01T00:00:00+00:00"], ["articles", "2025-01-01T00:00:02+00:00"]],
            "done": 2,
            "total": 14,
            "titles": ["第一个题目", "第二个题目"],
        },
    )
    said = page(client, upload.get_absolute_url())
    assert "第2步：篇目，2/14" in said and "第二个题目" in said and "2.0秒" in said


def test_a_scan_tells_which_page_is_recognised_now(client, editor):
    steps = [["reading", "2025-01-01T00:00:00+00:00"], ["recognising", "2025-01-01T00:00:02+00:00"]]
    upload = make_upload(
        state=Upload.State.READING,
        progress={"steps": steps, "stage": "recognising", "done": 2, "total": 26, "titles": []},
    )
    assert "正在识别第 3/26 页" in page(client, upload.get_absolute_url())


def test_a_failure_says_what_to_do_and_can_be_tried_again(client, editor):
    upload = make_upload(
        state=Upload.State.FAILED,
        error="empty-file",
        error_message="文件是空的，请检查。",
        finished_at=timezone.now(),
    )
    said = page(client, upload.get_absolute_url())
    assert "文件是空的，请检查。" in said and "重试" in said
    client.post(reverse("retry_upload", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.state == Upload.State.QUEUED


def test_a_doubt_shows_the_line_that_it_is_about(client, editor):
    doubt = {
        "rule": "no-source",
        "severity": "high",
        "message": "来源没有读到",
        "evidence": "",
        "field": "source",
        "proposal": "",
        "place": {"start": 8, "end": 10, "page": 0},
    }
    upload = settle(make_reading(300, doubts=[doubt]))
    for url in (upload.get_absolute_url(), reverse("desk_issue", args=[300])):
        said = page(client, url)
        assert "来源没有读到" in said and "第2行" in said and "<mark>" in said


def test_text_that_belongs_nowhere_is_shown(client, editor):
    reading = make_reading(
        300,
        assignments=[
            {"start": 0, "end": 4, "role": "body", "article": 1},
            {"start": 4, "end": 9, "role": "unassigned", "article": None},
        ],
    )
    assert "有1处文字没有归入任何部分" in page(client, settle(reading).get_absolute_url())


def test_another_version_is_compared_decided_and_confirmed(client, editor, waiting):
    said = page(client, waiting.get_absolute_url())
    assert "编辑改过" in said and "<ins>" in said and "另有附则两条" in said
    shown = re.search(r'name="shown" value="(\w+)"', said)[1]
    adopt = reverse("adopt_upload", args=[waiting.pk])

    asked = client.post(adopt, {"shown": shown}).content.decode()
    assert "采用新版本？" in asked and "改动1篇" in asked and "1篇保留编辑所改" in asked
    assert (
        Article.objects.get(order=2).body[0]["text"].endswith("。") and waiting.state == Upload.State.WAITING
    )

    client.post(adopt, {"shown": shown, "confirmed": "1"})
    assert Article.objects.get(order=1).title == "编辑定的题目"
    assert "另有附则两条" in Article.objects.get(order=2).body[0]["text"]


def test_a_ticked_field_takes_the_new_version(client, editor, waiting):
    said = page(client, waiting.get_absolute_url())
    shown = re.search(r'name="shown" value="(\w+)"', said)[1]
    tick = f"{Article.objects.get(order=1).pk}:title"
    assert f'value="{tick}"' in said
    client.post(reverse("adopt_upload", args=[waiting.pk]), {"shown": shown, "take": tick, "confirmed": "1"})
    assert Article.objects.get(order=1).title == "甲市印发公共数据授权运营实施细则"


def test_a_change_meanwhile_is_shown_again_with_the_ticks_kept(client, editor, waiting):
    said = page(client, waiting.get_absolute_url())
    shown = re.search(r'name="shown" value="(\w+)"', said)[1]
    edited = Article.objects.get(order=1)
    edited.title = "刚刚又改了一次"
    edited.save()
    response = client.post(
        reverse("adopt_upload", args=[waiting.pk]),
        {"shown": shown, "take": f"{edited.pk}:title", "confirmed": "1"},
    )
    again = response.content.decode()
    assert response.status_code == 409 and "这期间有人改过" in again
    assert f'value="{edited.pk}:title" checked' in again
    edited.refresh_from_db()
    assert edited.title == "刚刚又改了一次"


def test_a_version_can_be_laid_aside_and_taken_up_again(client, editor, waiting):
    url = reverse("discard_upload", args=[waiting.pk])
    assert "放弃新版本？" in page(client, url)
    client.post(url)
    waiting.refresh_from_db()
    assert waiting.state == Upload.State.DISCARDED and waiting.original.read()
    assert Article.objects.get(order=1).title == "编辑定的题目"
    client.post(reverse("retry_upload", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.state == Upload.State.QUEUED


def test_the_original_comes_back_byte_for_byte_and_is_never_shown_inline(client, editor):
    content = b"<script>alert(1)</script>\r\n\xff"
    upload = make_upload(content, "页面.txt")
    response = client.get(reverse("upload_original", args=[upload.pk]))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response["Content-Security-Policy"]


def test_publishing_says_how_many_become_public_and_is_one_press(client, publisher):
    make_ready(settle(make_reading(300)).issue)
    url = reverse("publish_issue", args=[300])
    assert "将公开4篇" in page(client, url)
    assert Client().get("/issues/300/").status_code == 404
    client.post(url, {"when": "publish"})
    assert Client().get("/issues/300/").status_code == 200


def test_withdrawing_takes_it_back_and_publishing_again_keeps_the_address(client, publisher):
    settle(make_reading(300)).issue.publish()
    url = reverse("withdraw_issue", args=[300])
    assert "读者看不到这一期的4篇" in page(client, url)
    assert client.post(url, {"reason": " "}).status_code == 400
    client.post(url, {"reason": "第2篇的日期错了", "note": "第2篇日期有误，更正后重新发布。"})
    assert Issue.objects.get().state == Issue.State.DRAFT
    assert "第2篇日期有误" in page(Client(), "/issues/300/", status=410)
    make_ready(Issue.objects.get())
    client.post(reverse("publish_issue", args=[300]), {"when": "publish"})
    assert Client().get("/issues/300/1/").status_code == 200


def test_an_article_is_taken_down_with_a_note_and_restored(client, publisher):
    settle(make_reading(300)).issue.publish()
    url = reverse("take_down_article", args=[300, 1])
    client.post(url, {"note": "应来源方要求撤下"})
    shown = Client().get("/issues/300/1/").content.decode()
    assert "应来源方要求撤下" in shown and "由甲市牵头" not in shown
    client.post(reverse("restore_article", args=[300, 1]))
    assert "由甲市牵头" in Client().get("/issues/300/1/").content.decode()


def test_a_note_that_is_too_long_is_refused_with_all_that_was_typed(client, publisher):
    settle(make_reading(300)).issue.publish()
    note = "因为" * 151
    response = client.post(reverse("take_down_article", args=[300, 1]), {"note": note})
    assert response.status_code == 400
    assert note in response.content.decode() and "最多300字" in response.content.decode()
    assert Article.objects.get(order=1).taken_down_at is None


def test_what_files_and_editors_write_is_escaped(client, editor):
    reading = make_reading(300)
    reading["articles"][0]["title"] = "<script>alert(1)</script>"
    upload = settle(reading, name="<b>.txt")
    for url in (upload.get_absolute_url(), reverse("desk_issue", args=[300]), reverse("desk")):
        assert "<script>alert" not in page(client, url)


def test_a_login_that_fails_says_what_to_do_and_keeps_the_name(client):
    make_user("bianji")
    response = client.post("/desk/login/", {"username": "bianji", "password": "wrong"})
    said = response.content.decode()
    assert "用户名或密码不对" in said and 'value="bianji"' in said


def test_logging_in_leads_to_the_page_that_was_asked_for(client):
    make_user("bianji", "view_draft", "edit_article")
    response = client.post(
        "/desk/login/", {"username": "bianji", "password": "a-long-password", "next": "/desk/"}
    )
    assert response["Location"] == "/desk/"


MOST_QUERIES = 11
MOST_AT_HOME = 16  # files and issues in each state, what waits, what was done
MOST_TO_PUBLISH = 24  # the list is computed from all that it looks at


@pytest.mark.parametrize("rows", [1, 12])
def test_lists_cost_the_same_however_long(rows, client, publisher, django_assert_max_num_queries):
    for number in range(300, 300 + rows):
        settle(make_reading(number))
        make_upload(f"失败{number}", state=Upload.State.FAILED, error_message="读不出")
        make_full_issue(600 + number, articles=1)
    for url, most in ((reverse("desk"), MOST_AT_HOME), (reverse("upload_list"), MOST_QUERIES)):
        with django_assert_max_num_queries(most):
            client.get(url)


@pytest.mark.parametrize("articles", [4, 24])
def test_pages_cost_the_same_however_many_articles(
    articles, client, publisher, django_assert_max_num_queries
):
    doubts = [
        {"rule": f"r{n}", "severity": "low", "message": f"疑{n}", "evidence": "", "field": "", "place": None}
        for n in range(articles)
    ]
    reading = make_reading(300, articles=articles)
    for each, doubt in zip(reading["articles"], doubts, strict=True):
        each["doubts"] = [doubt]
    upload = settle(reading)
    new = copy.deepcopy(reading)
    for each in new["articles"]:
        each["title"] += "修订"
    second = settle(new, name="第二版.txt")
    for url, most in (
        (upload.get_absolute_url(), MOST_QUERIES),
        (second.get_absolute_url(), MOST_QUERIES),
        (reverse("desk_issue", args=[300]), MOST_QUERIES),
        (reverse("publish_issue", args=[300]), MOST_TO_PUBLISH),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200
