"""What storing a reading does to the rows: once, again, over an editor's hand, and over another version."""

import copy
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone

from bulletin import tasks
from bulletin.ingestion import store
from bulletin.knowledge import doubts
from bulletin.models import Article, Issue
from bulletin.publishing import acting
from bulletin.uploads import Doubt, Upload
from tests.makers import make_editor, make_ready
from tests.readings import make_block, make_read_article, make_reading, make_upload, settle

pytestmark = pytest.mark.django_db


def snapshot():
    """All that a reader or an editor could see change."""
    fields = [field.attname for field in Article._meta.concrete_fields if field.attname != "updated_at"]
    return (
        list(Issue.objects.values_list("total_number", "number", "issued_on", "contents", "state")),
        list(Article.objects.order_by("pk").values_list(*fields)),
        list(Doubt.objects.order_by("pk").values_list("pk", "article_id", "message", "settled_at")),
    )


def changed(reading, order=1, **fields):
    """The same reading with one article otherwise."""
    new = copy.deepcopy(reading)
    new["articles"][order - 1].update(fields)
    return new


def article(order=1):
    return Article.objects.get(order=order)


def test_a_reading_becomes_a_draft_with_its_articles():
    upload = settle(make_reading(300, articles=4))
    assert (upload.state, upload.counts) == (Upload.State.READ, {"created": 4})
    assert upload.issue.state == Issue.State.DRAFT
    assert [each.section.slug for each in upload.issue.articles.order_by("order")] == [
        "guoce",
        "difang",
        "chanye",
        "shugu",
    ]
    assert [block["id"] for block in article().body] == [1, 2]


def test_reading_the_same_file_twice_changes_nothing():
    reading = make_reading(doubts=[doubt("no-link")])
    upload = settle(reading)
    before = snapshot()
    settle(reading, upload=upload)
    assert snapshot() == before
    assert upload.issue.articles.count() == 4
    upload.refresh_from_db()
    assert upload.counts == {"unchanged": 4}


def test_a_better_reading_of_the_same_file_mends_what_the_machine_wrote():
    reading = make_reading()
    upload = settle(reading)
    settle(changed(reading, title="甲市印发公共数据授权运营管理细则（试行）"), upload=upload)
    assert article().title == "甲市印发公共数据授权运营管理细则（试行）"
    upload.refresh_from_db()
    assert upload.counts == {"updated": 1, "unchanged": 3}


def test_an_editors_correction_outlives_a_new_reading():
    reading = make_reading()
    upload = settle(reading)
    edited = article()
    edited.title = "编辑定的题目"
    edited.save()
    settle(changed(reading, title="机器新读的题目", page=9), upload=upload)
    assert (article().title, article().page) == ("编辑定的题目", 9)


def test_an_edited_body_stays_and_keeps_its_ids_while_its_places_follow_the_source():
    reading = make_reading()
    upload = settle(reading)
    edited = article()
    edited.body[0]["text"] += "编辑补了半句。"
    edited.save()
    moved = copy.deepcopy(reading["articles"][0]["body"])
    moved[0]["places"] = [{"start": 70, "end": 99, "page": 0}]
    settle(changed(reading, body=[*moved, make_block("机器又读出一段。")]), upload=upload)
    assert article().body[0]["text"].endswith("编辑补了半句。")
    assert [block["id"] for block in article().body] == [1, 2]
    assert article().body[0]["places"] == [{"start": 70, "end": 99, "page": 0}]
    upload.refresh_from_db()
    assert upload.counts == {"kept": 1, "unchanged": 3}


def test_another_file_of_the_same_issue_waits_and_changes_nothing():
    reading = make_reading()
    settle(reading)
    before = snapshot()
    second = settle(changed(reading, title="另一版的题目"), name="另一版.txt")
    assert second.state == Upload.State.WAITING
    assert snapshot() == before


def test_another_file_that_says_the_same_needs_no_decision():
    settle(make_reading())
    second = settle(make_reading(), name="另一种编码.txt")
    assert (second.state, second.counts) == (Upload.State.READ, {"unchanged": 4})


def test_adopting_a_version_adds_alters_and_removes():
    reading = make_reading(articles=4)
    settle(reading)
    kept_address = article(3).pk
    new = changed(reading, 3, title="丙市为数据标注企业设立专项补贴资金")
    new["articles"] = [*new["articles"][1:], make_read_article(8, 8)]
    for order, each in enumerate(new["articles"], 1):
        each["order"] = order
    second = settle(new, name="另一版.txt")
    found = store.compare(second.issue, second.reading)
    store.adopt(second.pk, [], found.fingerprint())
    assert [each.title[0] for each in Article.objects.order_by("order")] == ["乙", "丙", "丁", "辛"]
    assert article(2).pk == kept_address
    second.refresh_from_db()
    assert second.counts == {"unchanged": 2, "updated": 1, "created": 1, "removed": 1}
    assert second.issue.read_from == second


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"cover_headline": "另一个封面标题"}, "改动了封面标题"),
        ({"masthead": {"主编": ["另一个研究院"]}, "number": 13}, "改动了期号、刊务"),
        ({"file": "只是换了名字.txt"}, None),
    ],
)
def test_a_version_that_only_tells_the_issue_otherwise_sends_it_back_too(said, reason):
    reading = make_reading()
    issue = settle(reading).issue
    make_ready(issue)
    acting.approve_and(issue.pk, "schedule", make_editor(), publish_at=timezone.now() + timedelta(days=1))
    second = settle(reading | said, name="另一版.txt")
    if reason:
        store.adopt(second.pk, [], store.compare(second.issue, second.reading).fingerprint())
    issue.refresh_from_db()
    assert (issue.state, issue.publish_at is None) == (("draft", True) if reason else ("approved", False))
    assert (issue.acts.first().reason if reason else None) == reason
    assert not issue.articles.filter(checked_at=None).exists()  # their words are what they were


def test_adopting_twice_is_adopting_once():
    settle(make_reading())
    second = settle(changed(make_reading(), title="另一版的题目"), name="另一版.txt")
    shown = store.compare(second.issue, second.reading).fingerprint()
    store.adopt(second.pk, [], shown)
    before = snapshot()
    store.adopt(second.pk, [], shown)
    assert snapshot() == before


def test_an_editors_correction_wins_over_another_version_unless_ticked():
    reading = make_reading()
    settle(reading)
    for order in (1, 2):
        edited = article(order)
        edited.title = f"编辑定的题目之{order}"
        edited.save()
    new = changed(changed(reading, 1, title="新版题目一"), 2, title="新版题目二")
    second = settle(new, name="另一版.txt")
    shown = store.compare(second.issue, second.reading).fingerprint()
    store.adopt(second.pk, [f"{article(2).pk}:title"], shown)
    assert [article(1).title, article(2).title] == ["编辑定的题目之1", "新版题目二"]


def test_what_changed_since_it_was_shown_is_not_adopted():
    settle(make_reading())
    second = settle(changed(make_reading(), title="另一版的题目"), name="另一版.txt")
    shown = store.compare(second.issue, second.reading).fingerprint()
    edited = article()
    edited.title = "就在这时编辑改了"
    edited.save()
    with pytest.raises(store.ChangedMeanwhile):
        store.adopt(second.pk, [], shown)
    assert article().title == "就在这时编辑改了"


def test_an_article_that_an_editor_worked_on_is_not_removed_unless_ticked():
    reading = make_reading()
    settle(reading)
    edited = article(4)
    edited.summary = "编辑写的提要"
    edited.save()
    new = copy.deepcopy(reading)
    del new["articles"][3]
    second = settle(new, name="另一版.txt")
    store.adopt(second.pk, [], store.compare(second.issue, second.reading).fingerprint())
    assert article(4).summary == "编辑写的提要"

    third = settle(new | {"cover_headline": "又一版"}, name="又一版.txt")
    store.adopt(third.pk, [f"{edited.pk}:gone"], store.compare(third.issue, third.reading).fingerprint())
    assert not Article.objects.filter(pk=edited.pk).exists()


def test_a_published_issue_never_changes_without_a_decision():
    reading = make_reading()
    upload = settle(reading)
    upload.issue.publish()
    again = settle(changed(reading, title="更好的解析"), upload=upload)
    assert again.state == Upload.State.WAITING
    assert article().title == reading["articles"][0]["title"]


def test_an_article_that_was_public_stays_though_another_version_lacks_it():
    reading = make_reading()
    settle(reading).issue.publish()
    gone = article(4)
    new = copy.deepcopy(reading) | {"cover_headline": "另一版的封面"}
    del new["articles"][3]
    second = settle(new, name="另一版.txt")
    found = store.compare(second.issue, second.reading)
    store.adopt(second.pk, [f"{gone.pk}:gone"], found.fingerprint())
    assert Article.objects.filter(pk=gone.pk).exists()
    assert Issue.objects.get().cover_headline == "另一版的封面"


def test_addresses_of_a_published_issue_stay_with_their_articles():
    reading = make_reading(articles=4)
    upload = settle(reading)
    upload.issue.publish()
    addresses = {each.title: each.get_absolute_url() for each in Article.objects.all()}
    new = copy.deepcopy(reading)
    new["articles"].insert(0, make_read_article(8, 8))
    for order, each in enumerate(new["articles"], 1):
        each["order"] = order
    second = settle(new, name="另一版.txt")
    store.adopt(second.pk, [], store.compare(second.issue, second.reading).fingerprint())
    for title, address in addresses.items():
        assert Article.objects.get(title=title).get_absolute_url() == address
    assert Article.objects.get(title__startswith="辛市").order == 5


def test_an_overtaken_worker_writes_nothing():
    slow = Upload.objects.claim(make_upload().pk)
    Upload.objects.filter(pk=slow.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    slow_again = Upload.objects.get(pk=slow.pk)
    slow_again.put_back(3)
    quick = Upload.objects.claim(slow.pk)
    with pytest.raises(store.Overtaken):
        store.settle(slow, make_reading(301))
    slow.fail("internal", "晚到的失败")
    assert not Issue.objects.exists()
    store.settle(quick, make_reading(300))
    quick.refresh_from_db()
    assert (quick.state, quick.issue.total_number) == (Upload.State.READ, 300)


def test_a_stopped_reading_writes_nothing_and_can_be_taken_up_again():
    upload = Upload.objects.claim(make_upload().pk)
    assert upload.stop()
    with pytest.raises(store.Overtaken):
        store.settle(upload, make_reading())
    upload.refresh_from_db()
    assert (upload.state, upload.error) == (Upload.State.FAILED, "stopped")
    assert settle(make_reading(), upload=upload).state == Upload.State.READ


def test_only_one_of_two_workers_gets_a_job():
    upload = make_upload()
    assert Upload.objects.claim(upload.pk) is not None
    assert Upload.objects.claim(upload.pk) is None


def test_the_same_bytes_are_kept_once_and_byte_for_byte():
    content = "大数据\r\n发展动态".encode("gb18030") + b"\x00\xff"
    first, is_new = Upload.objects.keep(ContentFile(content), "甲.txt")
    second, is_new_again = Upload.objects.keep(ContentFile(content), "乙.txt")
    assert (is_new, is_new_again, first) == (True, False, second)
    assert first.original.read() == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"PK\x03\x04" + b"\x00" * 50, "binary-file"),
        ("会议通知".encode(), "not-this-bulletin"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_is_kept(content, code):
    upload = make_upload(content)
    store.ingest(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.error) == (Upload.State.FAILED, code)
    assert upload.error_message.endswith("。")
    assert upload.original.read() == content


def test_a_fault_of_our_own_is_told_and_logged_and_the_file_kept(caplog):
    upload = make_upload("一份文件")
    content = upload.original.path
    Path(content).unlink()
    Path(content).mkdir()  # what the reader does not expect
    store.ingest(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.error) == (Upload.State.FAILED, "internal")
    assert "重试" in upload.error_message
    assert "Traceback" in caplog.text and content in caplog.text


def test_a_file_that_is_no_longer_there_says_so():
    upload = make_upload("一份文件")
    upload.original.storage.delete(upload.original.name)
    store.ingest(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.error) == (Upload.State.FAILED, "missing-file")


def doubt(rule, message="这里可疑", **fields):
    return {
        "rule": rule,
        "severity": "medium",
        "message": message,
        "evidence": "",
        "field": "title",
        "proposal": "",
        "place": {"start": 7, "end": 9, "page": 0},
        **fields,
    }


def test_doubts_stand_with_their_article_until_they_are_mended_or_settled():
    reading = changed(make_reading(), doubts=[doubt("no-source"), doubt("no-link", "没有链接")])
    upload = settle(reading)
    read = Doubt.objects.exclude(rule__in=doubts.RULES)
    assert set(read.values_list("article", flat=True)) == {article().pk}
    Doubt.objects.filter(rule="no-link").update(settled_at=timezone.now())
    settle(changed(reading, doubts=[doubt("no-link", "没有链接")]), upload=upload)
    assert [(each.rule, each.settled_at is None) for each in read.all()] == [("no-link", False)]


@pytest.mark.parametrize("numbers", [(300, 301, 302), (302, 300, 301), (301, 302, 300)])
def test_numbers_out_of_step_are_doubted_whichever_issue_came_first(numbers):
    for number in numbers:
        reading = make_reading(number)
        if number == 301:
            reading["number"] += 1
        settle(reading)
    doubted = Doubt.objects.filter(rule=store.OUT_OF_STEP).values_list("issue__total_number", flat=True)
    assert set(doubted) == {300, 301, 302}


def test_a_number_that_is_set_right_is_doubted_no_more():
    upload = settle(make_reading(300))
    settle(make_reading(301))
    wrong = settle(make_reading(300, number=9), upload=upload)
    assert Doubt.objects.filter(rule=store.OUT_OF_STEP).count() == 2
    settle(make_reading(300), upload=wrong)
    assert not Doubt.objects.filter(rule=store.OUT_OF_STEP).exists()


def test_a_number_that_an_editor_sets_right_is_doubted_no_more():
    settle(make_reading(300))
    settle(make_reading(301, number=9))
    assert Doubt.objects.filter(rule=store.OUT_OF_STEP).count() == 2
    right = str(make_reading(301)["number"])
    acting.change_fields(Issue.objects.get(total_number=301).pk, {"number": right})
    assert not Doubt.objects.filter(rule=store.OUT_OF_STEP).exists()


def test_lost_readings_are_put_back_once_and_given_up_after_three():
    upload = make_upload()
    for losses in (1, 2, 3):
        Upload.objects.claim(upload.pk)
        Upload.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))
        tasks.requeue_lost()
        tasks.requeue_lost()
        upload.refresh_from_db()
        assert upload.losses == losses
    assert (upload.state, upload.error) == (Upload.State.FAILED, "worker-lost")
    assert "重试" in upload.error_message


def test_a_long_queue_is_not_a_lost_one():
    long_ago = timezone.now() - timedelta(hours=1)
    waiting = make_upload("甲", sent_at=long_ago)
    reading = make_upload("乙", sent_at=long_ago - timedelta(minutes=1))
    Upload.objects.claim(reading.pk)
    assert not Upload.objects.lost_messages().exists()
    Upload.objects.filter(pk=reading.pk).update(
        sent_at=long_ago + timedelta(minutes=1)
    )  # sent later, taken before
    assert list(Upload.objects.lost_messages()) == [waiting]


def test_a_queued_row_is_lost_when_nobody_reads_and_its_message_is_old():
    fresh, old = make_upload("甲"), make_upload("乙", sent_at=timezone.now() - timedelta(hours=1))
    assert list(Upload.objects.lost_messages()) == [old]
    assert fresh.ahead() == 0 and old.ahead() == 1


def test_the_groups_come_with_their_permissions():
    held = {
        group.name: set(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()
    }
    editors = {"view_draft", "edit_article", "check_article", "curate_policy"}
    assert held.pop("编辑") == editors
    assert held.pop("终审") == editors | {"approve_issue", "publish_issue", "withdraw_issue"}
    assert "change_user" in held["管理员"] and not held["管理员"] & {*editors, "publish_issue"}
    assert [*held] == ["管理员"]


def test_publishing_and_withdrawing_twice_changes_nothing_and_keeps_the_first_moment():
    issue = settle(make_reading()).issue
    issue.publish()
    first = issue.published_at
    issue.withdraw()
    issue.withdraw()
    assert (issue.state, issue.published_at) == (Issue.State.DRAFT, first)
    issue.publish()
    issue.publish()
    issue.refresh_from_db()
    assert (issue.state, issue.published_at, issue.withdrawn_at) == (Issue.State.PUBLISHED, first, None)
