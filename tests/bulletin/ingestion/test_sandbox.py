"""Files that nobody should have to read, each read by a real child process."""

import fcntl
import http.server
import json
import os
import tempfile
import threading
import time
from dataclasses import asdict
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from PIL import Image

from bulletin.ingestion import errors, sandbox
from bulletin.ingestion.sandbox import Limits
from tests import pdfs

LIMITS = Limits(seconds=60, megabytes=400)
HOSTILE = {
    "encrypted": (pdfs.encrypted, errors.EncryptedPdf),
    "truncated": (lambda: pdfs.issue(930)[:9_000], errors.TruncatedPdf),
    "without pages": (pdfs.without_pages, errors.NoPages),
    "of 5,000 pages": (lambda: pdfs.with_pages(5000), errors.TooManyPages),
    "nested": (pdfs.nested, errors.NestedTooDeep),
    "a tree of one branch": (pdfs.page_tree, errors.NestedTooDeep),
    "a bomb": (pdfs.bomb, errors.TooMuchMemory),
    "a page 30 m wide": (lambda: pdfs.pages([b""], size=(85_039, 842)), errors.HugePage),
    "a ZIP": (lambda: b"PK\x03\x04" + bytes(200), errors.BinaryFile),
    "nothing": (lambda: b"", errors.EmptyFile),
}


@pytest.fixture
def given(tmp_path):
    """A function that writes a file and answers where."""

    def write(content: bytes, name: str = "given.pdf"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


@pytest.fixture(autouse=True)
def nothing_is_left():
    """Whatever happens: no child goes on, and no folder of one is left."""
    yield
    warm = [each for each in psutil.Process().children() if "serve(int(line))" in " ".join(each.cmdline())]
    assert [child for each in warm for child in each.children(recursive=True)] == []
    folders = Path(tempfile.gettempdir())
    assert [path for each in warm for path in folders.glob(f"bulletin-reading-{each.pid}-*")] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_its_own_error(given, name):
    make, expected = HOSTILE[name]
    with pytest.raises(expected) as raised:
        sandbox.read_issue(given(make()), LIMITS)
    assert type(raised.value) is expected
    assert raised.value.message.endswith(("。", "）"))


def test_an_endless_loop_ends(given):
    with pytest.raises(errors.UnreadableFile) as raised:
        sandbox.read_issue(given(pdfs.loop()), LIMITS)
    assert raised.value.code in (
        "damaged-pdf",
        "too-much-memory",
        "not-this-bulletin",
        "needs-ocr",
        "no-pages",
    )


def test_a_pdf_is_known_by_its_bytes_not_by_its_name(given):
    reading = sandbox.read_issue(given(pdfs.issue(931, articles=4, paragraphs=2), "931.txt"), LIMITS)
    assert (reading["total_number"], len(reading["articles"])) == (931, 4)
    assert reading["sheets"][0] == [595, 842]


def test_nothing_in_a_pdf_is_fetched_or_run(given):
    """A server that the file names in every way it can; it hears nothing."""
    heard = []

    class Ear(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.path)

        do_POST = do_GET  # noqa: N815

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        path = given(pdfs.with_actions(f"http://127.0.0.1:{server.server_port}/heard"))
        with pytest.raises(errors.NotThisBulletin):
            sandbox.read_issue(path, LIMITS)
        assert sandbox.render(path, 1, 200, LIMITS).startswith(b"RIFF")
    finally:
        server.shutdown()
        server.server_close()
    assert heard == []


def test_a_child_knows_no_secret_and_no_web(monkeypatch, given):
    monkeypatch.setenv("SECRET_KEY", "only-the-portal-knows")
    with sandbox._borrowed() as warm:
        process = psutil.Process(warm.process.pid)
        wait = time.monotonic() + 30
        while not warm.is_fit() or "SECRET_KEY" in process.environ():
            assert time.monotonic() < wait
        assert "DATABASE_URL" not in process.environ()
        loaded = {mapped.path for mapped in process.memory_maps()}
    assert not any("psycopg2" in path for path in loaded)


def test_a_reading_that_takes_too_long_is_ended(given):
    with pytest.raises(errors.TooSlow, match=r"0\.01 秒"):
        sandbox.read_issue(given(pdfs.issue(932)), Limits(seconds=0.01))


def test_a_scan_has_more_time_with_every_page():
    assert Limits(seconds=10, page_seconds=5).seconds_for(26) == 140


def test_a_reading_that_hands_back_too_much_is_ended(given):
    with pytest.raises(errors.TooMuchFound):
        sandbox.read_issue(given(pdfs.issue(932, articles=4)), Limits(answer_megabytes=0))


def test_who_listens_may_end_a_reading(given):
    class Enough(Exception):  # noqa: N818
        pass

    def report(*_):
        raise Enough

    path = given(pdfs.issue(932))
    with pytest.raises(Enough):
        sandbox.read_issue(path, LIMITS, report=report)
    with pytest.raises(Enough):
        sandbox.read_issue(path, LIMITS, watch=report)


def test_after_a_bad_file_the_next_is_read_by_the_same_process(given):
    with sandbox._borrowed() as warm:
        before = warm.process.pid
    with pytest.raises(errors.TooSlow):
        sandbox.read_issue(given(pdfs.issue(932)), Limits(seconds=0.01))
    reading = sandbox.read_issue(given(pdfs.issue(933, articles=4, paragraphs=2)), LIMITS)
    with sandbox._borrowed() as warm:
        assert warm.process.pid == before
    assert reading["total_number"] == 933


def test_a_warm_process_that_is_killed_is_replaced(given):
    with sandbox._borrowed() as warm:
        warm.process.kill()
        warm.process.wait()
    path = given(pdfs.issue(934, articles=4, paragraphs=2))
    assert sandbox.read_issue(path, LIMITS)["total_number"] == 934


def test_folders_of_those_that_were_killed_are_swept(given, tmp_path, monkeypatch):
    """A lock tells a living owner, whose process may be one that nobody here can see."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    dead, alive = (tmp_path / f"bulletin-reading-{number}-x" for number in (1, 2))
    for folder in (dead, alive):
        folder.mkdir()
        (folder / "page.bin").write_bytes(b"left")
        os.utime(folder, (0, 0))
    held = os.open(alive, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        warm = sandbox._Warm()
        with pytest.raises(errors.NoSuchPage):
            job = {"work": "render", "path": str(given(b"text")), "page": 1, "width": 9, "box": []}
            warm.run(job | {"limits": asdict(LIMITS)}, LIMITS, None, None, sandbox.Usage())
        warm.end()
    finally:
        os.close(held)
    assert (dead.exists(), (alive / "page.bin").exists()) == (False, True)


def test_text_that_looks_like_script_is_only_text(given):
    title = "某市印发<script>alert(1)</script>管理办法"
    reading = sandbox.read_issue(given(pdfs.issue(935, articles=4, paragraphs=2, first_title=title)), LIMITS)
    assert title in json.dumps(reading, ensure_ascii=False)


def test_a_page_is_a_picture_of_the_width_asked_for(given):
    path = given(pdfs.issue(936, articles=4, paragraphs=2))
    whole = Image.open(BytesIO(sandbox.render(path, 4, 400, LIMITS)))
    part = Image.open(BytesIO(sandbox.render(path, 4, 300, LIMITS, box=(70, 60, 370, 160))))
    assert whole.format == "WEBP"
    assert (whole.width, whole.height) == pytest.approx((400, 566), abs=2)  # part of a pixel counts as one
    assert (part.width, part.height) == pytest.approx((300, 100), abs=2)
    with pytest.raises(errors.NoSuchPage):
        sandbox.render(path, 99, 400, LIMITS)
