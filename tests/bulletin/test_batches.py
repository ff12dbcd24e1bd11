"""Many files at once: the batch's page and acts, folders, the watched inbox."""

import csv
import os
import time
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from bulletin import inbox
from bulletin.batches import Batch, BatchFile
from bulletin.ingestion import store
from bulletin.models import Issue
from bulletin.uploads import Upload
from tests import pdfs
from tests.makers import make_editor, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_broker(settings):
    """Messages go nowhere here; workers are tested with real ones."""
    settings.CELERY_BROKER_URL = "memory://"


@pytest.fixture
def editor(client):
    user = make_editor()
    client.force_login(user)
    return user


def given(content, name="a.pdf"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def small_issue(number):
    return pdfs.issue(number, articles=4, paragraphs=2)


def make_batch(*contents):
    """A batch of files, each read as far as it can be."""
    batch = Batch.objects.create(origin=Batch.Origin.UPLOAD)
    for number, content in enumerate(contents, 1):
        upload, is_new = Upload.objects.keep(ContentFile(content), f"{number}.pdf")
        batch.add(upload, f"{number}.pdf", is_new)
    return batch


def read(batch):
    for upload in batch.uploads():
        store.ingest(upload.pk)


def table(batch, client):
    answer = client.get(f"/desk/batches/{batch.pk}/outcome.csv")
    content = b"".join(answer.streaming_content).decode()
    assert content.startswith("\ufeff")
    return list(csv.DictReader(StringIO(content[1:])))


def test_several_files_lead_to_the_page_of_their_batch(client, editor):
    files = [
        given(b"eins", "1.pdf"),
        given(b"zwei", "2.txt"),
        given(b"drei", "3.docx"),
        given(b"eins", "4.pdf"),
    ]
    answer = client.post("/desk/upload/", {"files": files}, follow=True)
    batch = Batch.objects.get()
    assert answer.redirect_chain == [(f"/desk/batches/{batch.pk}/", 302)]
    assert batch.counts() == {"queued": 3, "refused": 1}  # the same bytes under two names are one upload
    assert batch.uploads().count() == 2
    page = answer.content.decode()
    assert "3.docx" in page and "只收 PDF 和文本" in page and "以前交来过" in page
    assert batch.created_by == editor


def test_two_hundred_files_come_in_one_go(client, editor):
    files = [given(f"文件{number}", f"{number}.txt") for number in range(200)]
    client.post("/desk/upload/", {"files": files})
    assert Batch.objects.get().counts() == {"queued": 200}


def test_the_page_counts_by_state_and_by_cause(client, editor):
    batch = make_batch(small_issue(941), pdfs.encrypted(), pdfs.without_pages(), b"%PDF-1.4 %%EOF", b"waits")
    waits = batch.uploads().get(size=5)
    read_ones = [upload for upload in batch.uploads() if upload != waits]
    for upload in read_ones:
        store.ingest(upload.pk)
    assert batch.counts() == {"read": 1, "failed": 3, "queued": 1}
    assert {each["cause"]: each["count"] for each in batch.causes()} == {
        "encrypted-pdf": 1,
        "no-pages": 1,
        "damaged-pdf": 1,
    }
    page = client.get(f"/desk/batches/{batch.pk}/").content.decode()
    assert "4/5份有了结果" in page and "打开密码" in page and "只重试出错的3份" in page
    only = client.get(f"/desk/batches/{batch.pk}/?cause=no-pages").content.decode()
    assert "3.pdf" in only and "2.pdf" not in only


def test_only_the_failed_are_tried_again_or_those_of_one_cause(client, editor):
    batch = make_batch(small_issue(942), pdfs.encrypted(), pdfs.without_pages())
    read(batch)
    client.post(f"/desk/batches/{batch.pk}/retry/", {"cause": "no-pages"})
    assert batch.counts() == {"read": 1, "failed": 1, "queued": 1}
    client.post(f"/desk/batches/{batch.pk}/retry/")
    assert batch.counts() == {"read": 1, "queued": 2}


def test_a_paused_batch_waits_until_it_goes_on(client, editor):
    batch = make_batch(small_issue(943), small_issue(944))
    first, second = batch.uploads().order_by("pk")
    store.ingest(first.pk)
    client.post(f"/desk/batches/{batch.pk}/pause/")
    store.ingest(second.pk)  # a message that was on its way
    assert batch.counts() == {"read": 1, "paused": 1}
    assert "这一批暂停了" in client.get(f"/desk/batches/{batch.pk}/").content.decode()
    client.post(f"/desk/batches/{batch.pk}/resume/")
    assert batch.counts() == {"read": 1, "queued": 1}
    store.ingest(second.pk)
    assert batch.counts() == {"read": 2}


def test_the_outcome_is_a_table_that_a_spreadsheet_may_open(client, editor):
    batch = make_batch(small_issue(945), pdfs.encrypted())
    batch.add(batch.uploads().first(), "=cmd|' /C calc'!A0.pdf", is_new=False)
    batch.refuse("表格.xlsx", "只收 PDF 和文本")
    read(batch)
    good, bad, formula, refused = table(batch, client)
    assert (good["文件"], good["结果"], good["总期号"], good["文章"]) == ("1.pdf", "已读入", "945", "4")
    assert (bad["结果"], bad["错误类别"]) == ("出错", "encrypted-pdf") and "密码" in bad["原因"]
    assert formula["文件"].startswith("'=")
    assert (refused["结果"], refused["原因"]) == ("没有收下", "只收 PDF 和文本")


def test_the_page_asks_again_only_while_something_moves(client, editor):
    batch = make_batch(small_issue(946))
    address = f"/desk/batches/{batch.pk}/fragment/"
    assert client.get(address).status_code == 200
    read(batch)
    assert client.get(address).status_code == 286


def test_a_batch_of_many_costs_few_queries(client, editor, django_assert_max_num_queries):
    batch = Batch.objects.create(origin=Batch.Origin.UPLOAD)
    issue = Issue.objects.create(total_number=947, number=1, issued_on="2025-01-02")
    for number in range(60):
        upload = Upload.objects.create(
            name=f"{number}.pdf",
            sha256=f"{number}",
            size=1,
            state="read" if number % 2 else "failed",
            issue=issue,
        )
        batch.add(upload, upload.name, True)
    with django_assert_max_num_queries(11):
        client.get(f"/desk/batches/{batch.pk}/")
    with django_assert_max_num_queries(11):
        client.get("/desk/upload/")


def test_only_editors_see_batches(client):
    batch = make_batch(b"x")
    for act in ("", "fragment/", "outcome.csv"):
        assert client.get(f"/desk/batches/{batch.pk}/{act}").status_code == 302
    client.force_login(make_user())
    assert client.get(f"/desk/batches/{batch.pk}/").status_code == 403
    assert client.post(f"/desk/batches/{batch.pk}/retry/").status_code == 403


# ------------------------------------------------------------------------------- a folder


def test_a_folder_is_handed_in_with_all_below_it(tmp_path):
    (tmp_path / "2024" / "old").mkdir(parents=True)
    for name in ("b.pdf", "a.txt", "2024/c.PDF", "2024/old/d.md", "picture.png", ".hidden.pdf", "~$lock.pdf"):
        (tmp_path / name).write_text(f"inhalt {name}")
    out = StringIO()
    call_command("ingest", str(tmp_path), stdout=out)
    assert sorted(BatchFile.objects.values_list("name", flat=True)) == ["a.txt", "b.pdf", "c.PDF", "d.md"]
    assert Batch.objects.get().origin == Batch.Origin.COMMAND
    assert "共交出4份" in out.getvalue()


def test_a_folder_without_files_is_said(tmp_path):
    with pytest.raises(CommandError, match="没有 PDF 或文本"):
        call_command("ingest", str(tmp_path))
    assert not Batch.objects.exists()


# ------------------------------------------------------------------------------- the inbox


def put(folder, name, content, age=60):
    """A file that was written some seconds ago."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


@pytest.fixture
def folder(tmp_path, settings):
    settings.INBOX_QUIET_SECONDS = 0.3
    return tmp_path / "inbox"


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_taken_when_it_has_stopped_growing(folder):
    growing = put(folder, "237.pdf", small_issue(951)[:100])
    assert inbox.look_after(folder) == []  # its entry was changed just now, whatever time it bears
    growing.write_bytes(small_issue(951))
    assert inbox.look_after(folder) == []
    time.sleep(0.4)
    [upload] = inbox.look_after(folder)
    assert upload.original.read() == small_issue(951)
    assert names(folder) == ["reading/237.pdf"]
    assert inbox.look_after(folder) == []  # while it is being read
    store.ingest(upload.pk)
    inbox.look_after(folder)
    assert names(folder) == ["done/237.pdf"]
    assert Batch.objects.get().counts() == {"read": 1}


def test_what_cannot_be_read_goes_to_failed_with_the_cause(folder):
    put(folder, "locked.pdf", pdfs.encrypted())
    put(folder, "sub/table.xlsx", b"PK\x03\x04")
    time.sleep(0.4)
    [upload] = inbox.look_after(folder)
    store.ingest(upload.pk)
    inbox.look_after(folder)
    assert names(folder) == [
        "failed/locked.pdf",
        "failed/locked.pdf.原因.txt",
        "failed/table.xlsx",
        "failed/table.xlsx.原因.txt",
    ]
    assert "打开密码" in (folder / "failed/locked.pdf.原因.txt").read_text()
    assert "只收 PDF 和文本" in (folder / "failed/table.xlsx.原因.txt").read_text()


def test_a_second_file_of_a_name_does_not_cover_the_first(folder):
    for content in (small_issue(952), small_issue(953)):
        put(folder, "new.pdf", content)
        time.sleep(0.4)
        [upload] = inbox.look_after(folder)
        store.ingest(upload.pk)
        inbox.look_after(folder)
    assert names(folder) == ["done/new.pdf", "done/new（2）.pdf"]
    assert Batch.objects.count() == 1  # one a day


def test_the_same_bytes_again_are_put_away_at_once(folder):
    upload, _ = Upload.objects.keep(ContentFile(small_issue(954)), "before.pdf")
    store.ingest(upload.pk)
    put(folder, "again.pdf", small_issue(954))
    time.sleep(0.4)
    assert inbox.look_after(folder) == []
    inbox.look_after(folder)
    assert names(folder) == ["done/again.pdf"]


def test_links_and_half_made_files_are_left_alone(folder, tmp_path):
    secret = tmp_path / "secret.pdf"
    secret.write_bytes(b"not for the inbox")
    put(folder, "half.pdf.part", b"x")
    put(folder, ".hidden.pdf", b"x")
    (folder / "link.pdf").symlink_to(secret)
    time.sleep(0.4)
    assert inbox.look_after(folder) == []
    assert not Upload.objects.exists()


def test_an_inbox_that_is_not_there_harms_nobody(tmp_path):
    assert inbox.look_after(tmp_path / "nowhere") == []
