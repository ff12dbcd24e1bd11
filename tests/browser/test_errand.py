"""The whole errand, with real processes: hand a text in, watch, publish, read it on a phone."""

import socket
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bulletin.models import Issue
from bulletin.uploads import Upload
from tests.halting import halted_worker
from tests.makers import make_editor, make_ready
from tests.processes import PROJECT, database_url, environment, free_port, run, started, wait_for, worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SAMPLE = PROJECT / "samples" / "222.txt"
FILE = "第222期.txt"
DROP = """([selector, name, text]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], name, { type: "text/plain" }));
    document.querySelector(selector).dispatchEvent(
        new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""
SECONDS = 1000
PATIENCE = 60 * SECONDS


@pytest.fixture
def portal(tmp_path, settings):
    """The web server as it runs in production, on the test's database: its environment, its address."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # one that it knows
    port = free_port()
    variables = {
        "DJANGO_SETTINGS_MODULE": "bulletin.settings",
        "DATABASE_URL": database_url(),
        "PORT": str(port),
    }
    env = environment(tmp_path / "var", **variables)
    collected = run("manage.py", "collectstatic", "--noinput", env=env)
    assert collected.returncode == 0, collected.stdout
    with started("-m", "gunicorn", "bulletin.wsgi", env=env, log=tmp_path / "web.log"):
        wait_for(lambda: answers(port), "the web server")
        yield env, f"http://127.0.0.1:{port}"


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def visit(browser, address, **options):
    """A page in a browser of its own; whatever it complains about fails the test."""
    complaints = []
    context = browser.new_context(base_url=address, locale="zh-CN", **options)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def log_in(page, path):
    """Be sent to the login and come back."""
    page.goto(path)
    page.get_by_label("用户名").fill("bianji")
    page.get_by_label("密码").fill("a-long-password")
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def test_from_a_dropped_file_to_a_reader_on_a_phone(browser, portal, tmp_path):
    env, address = portal
    make_editor("bianji")
    with visit(browser, address, viewport={"width": 1440, "height": 900}) as page:
        log_in(page, "/desk/")
        page.evaluate(DROP, ["[data-drop]", FILE, SAMPLE.read_text()])
        page.wait_for_url("**/desk/uploads/*/")
        assert page.get_by_role("heading", name="没有处理程序在运行").is_visible()
        assert page.get_by_text("前面没有别的文件").is_visible()
        page.evaluate("window.neverReloaded = true")

        with halted_worker(env, tmp_path, {FILE: "articles"}) as (_, hold):
            page.get_by_role("heading", name="正在解析").wait_for(timeout=PATIENCE)
            page.get_by_text("第2步：篇目").wait_for(timeout=PATIENCE)
            hold.release()
            page.get_by_role("heading", name="第222期已读入").wait_for(timeout=PATIENCE)
        assert page.evaluate("window.neverReloaded")
        assert page.get_by_role("heading", name="存疑").is_visible()
        kept = Path(env["VAR_DIR"]) / "media" / Upload.objects.get().original.name
        assert kept.read_bytes() == SAMPLE.read_bytes()

        page.get_by_role("link", name="看第222期").click()
        make_ready(Issue.objects.get())  # as somebody else does in the review screen
        page.get_by_role("link", name="去发布").click()
        assert page.get_by_text("将公开10篇").is_visible()
        page.get_by_role("button", name="终审通过").click()
        page.get_by_text("第222期已发布，读者现在就能看到").wait_for()

    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with visit(browser, address, **phone) as page:
        page.goto("/")
        first = Issue.objects.get().articles.order_by("order")[1]
        page.goto("/issues/222/")
        page.locator(f'a[href="/issues/222/{first.order}/"]').first.click()
        page.wait_for_url(f"**/issues/222/{first.order}/")
        assert page.locator("h1").is_visible()
        assert page.get_by_text(first.body[0]["text"][:12]).first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.goto("/desk/").url.endswith("/desk/login/?next=/desk/")


def test_the_errand_without_script(browser, portal, tmp_path):
    env, address = portal
    make_editor("bianji")
    with visit(browser, address, java_script_enabled=False) as page, worker(env, tmp_path / "worker.log"):
        log_in(page, "/desk/upload/")
        page.get_by_label("选择文件").set_input_files(
            {"name": FILE, "mimeType": "text/plain", "buffer": SAMPLE.read_bytes()}
        )
        page.get_by_role("button", name="上传").click()
        page.get_by_role("heading", name="第222期已读入").wait_for(timeout=PATIENCE)
        make_ready(Issue.objects.get())
        page.goto("/desk/issues/222/publish/")
        page.get_by_role("button", name="终审通过").click()
        assert page.get_by_text("第222期已发布，读者现在就能看到").is_visible()
