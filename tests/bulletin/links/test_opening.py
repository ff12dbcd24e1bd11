"""One address opened, against a real server: what it is taken for, and how little is asked for."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bulletin.links import opening
from bulletin.links.opening import Turns, Verdict, open_address
from tests.bulletin.links.strangers import PAGE, dead_address, dripping, endless, garbage, no_head


def look(address, private=True):
    return open_address(address, agent="us (+https://x.example)", allow_private=private, turns=Turns(pause=0))


def test_a_page_that_is_there_works(server):
    outcome = look(server.page("/zwgk/1.html"))
    assert (outcome.verdict, outcome.status, outcome.doubt) == (Verdict.WORKS, 200, "")
    assert server.got == [("HEAD", "/zwgk/1.html"), ("GET", "/zwgk/1.html")]
    assert server.agents == {"us (+https://x.example)"}


def test_a_file_is_not_fetched(server):
    server.pages["/1.pdf"] = (200, {"Content-Type": "application/pdf"}, b"%PDF")
    assert look(server.url + "/1.pdf").verdict == Verdict.WORKS
    assert server.got == [("HEAD", "/1.pdf")]


def test_of_a_page_of_thirty_megabytes_only_the_beginning_is_read(server):
    server.pages["/"] = endless(30)
    assert look(server.url).verdict == Verdict.WORKS
    assert server.sent < 8 << 20  # what lay in the system's buffers


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, Verdict.GONE),
        (410, Verdict.GONE),
        (401, Verdict.REFUSED),
        (403, Verdict.REFUSED),
        (412, Verdict.REFUSED),
        (429, Verdict.REFUSED),
        (500, Verdict.REFUSED),
        (503, Verdict.REFUSED),
    ],
)
def test_what_a_status_means(server, status, verdict):
    outcome = look(server.page(status=status))
    assert (outcome.verdict, outcome.status, outcome.reached) == (verdict, status, True)
    assert str(status) in outcome.said


def test_a_host_that_has_enough_is_left_alone_for_as_long_as_it_says(server):
    assert look(server.page(status=429)).rest_seconds == 3600
    assert look(server.page(status=503, Retry_After="120")).rest_seconds == 120
    assert look(server.page(status=503, Retry_After="999999999")).rest_seconds == opening.LONGEST_REST


@pytest.mark.parametrize("status", [404, 405, 403, 500])
def test_who_does_not_answer_head_properly_is_asked_by_get(server, status):
    page = (200, PAGE, b"<title>x</title>")
    server.pages["/"] = lambda handler: handler.answer(
        *((status, {}, b"") if handler.command == "HEAD" else page)
    )
    assert look(server.url + "/").verdict == Verdict.WORKS
    assert [method for method, _ in server.got] == ["HEAD", "GET"]


def test_who_hangs_up_on_head_is_asked_by_get(server):
    server.pages["/"] = lambda handler: handler.command == "HEAD" or handler.answer(200, PAGE, b"")
    assert look(server.url).verdict == Verdict.WORKS


def test_a_chain_of_redirects_is_followed_to_its_end(server, other):
    server.redirect("/old", "/older", 301)
    server.redirect("/older", other.url + "/new?a=1#top")
    there = other.page("/new?a=1")
    outcome = look(server.url + "/old")
    assert (outcome.verdict, outcome.moved_to, outcome.status) == (Verdict.MOVED, there, 200)
    assert there in outcome.said


def test_where_a_redirect_ends_nowhere_the_page_is_gone(server):
    outcome = look(server.redirect("/a", "/b"))
    assert (outcome.verdict, outcome.status, outcome.moved_to) == (Verdict.GONE, 404, server.url + "/b")


def test_a_loop_is_told_and_ended(server):
    server.redirect("/b", "/a")
    outcome = look(server.redirect("/a", "/b"))
    assert outcome.verdict == Verdict.REFUSED and "转来转去" in outcome.said
    assert len(server.got) == 2


def test_five_redirects_are_enough(server):
    for number in range(9):
        server.redirect(f"/{number}", f"/{number + 1}")
    outcome = look(server.url + "/0")
    assert outcome.verdict == Verdict.REFUSED and "转了5次" in outcome.said
    assert len(server.got) == 6


def test_a_redirect_inside_is_not_followed(server, other, monkeypatch):
    """The first address passes for a public one here; where it leads to doesn't."""
    inside = other.page("/secret")
    here, guard = server.redirect("/a", inside), opening.guard_address

    def public(url, **how):
        return guard(url, allow_private=url == here)

    monkeypatch.setattr(opening, "guard_address", public)
    monkeypatch.setattr(opening, "look_up", lambda parts, **_: (["127.0.0.1"], parts.port))
    outcome = look(here, private=False)
    assert outcome.verdict == Verdict.INSIDE and "内网" in outcome.said
    assert other.got == []


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "http://[::1]/", "http://169.254.169.254/", "http://localhost/"]
)
def test_addresses_inside_are_not_asked(address):
    outcome = look(address, private=False)
    assert (outcome.verdict, outcome.reached) == (Verdict.INSIDE, False)


@pytest.mark.parametrize("to", ["ftp://example.org/x", "weixin://open", "http://user:word@example.org/"])
def test_a_redirect_to_what_is_no_page_says_nothing_of_the_page(server, to):
    assert look(server.redirect("/a", to)).verdict == Verdict.REFUSED


def test_who_does_not_answer_in_time_is_cut(server, monkeypatch):
    monkeypatch.setattr(opening, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(opening, "SECONDS_IN_ALL", 0.5)
    server.pages["/"] = dripping
    outcome = look(server.url)
    assert (outcome.verdict, outcome.reached) == (Verdict.UNREACHABLE, True)
    assert [method for method, _ in server.got] == ["HEAD", "GET"]


def test_nobody_there(server):
    for address in (dead_address(), "http://no-such-host.invalid/"):
        outcome = look(address)
        assert (outcome.verdict, outcome.reached) == (Verdict.UNREACHABLE, False)


def test_a_wrong_encryption_and_an_answer_that_is_no_page(server):
    outcome = look(server.page().replace("http:", "https:"))
    assert outcome.verdict == Verdict.UNREACHABLE and "https" in outcome.said and outcome.reached
    server.pages["/"] = garbage
    outcome = look(server.url)
    assert outcome.verdict == Verdict.UNREACHABLE and "不是网页" in outcome.said and outcome.reached


def test_one_host_is_asked_by_one_at_a_time(server):
    turns = Turns(pause=0)
    addresses = [server.page(f"/{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(
            lambda one: open_address(one, agent="us", allow_private=True, turns=turns), addresses
        )
    assert {each.verdict for each in found} == {Verdict.WORKS}
    assert server.most_at_once == 1


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "404 Not Found",
        "404错误页面",
        "页面不存在",
        "您访问的页面不存在或已删除",
        "Page not found",
        "网页已被删除",
        "对不起，找不到您访问的网页",
        "文章不存在 - 某市人民政府",
    ],
)
def test_a_title_that_says_gone_is_a_doubt(server, title):
    outcome = look(server.page(title=title))
    assert outcome.verdict == Verdict.WORKS and title in outcome.doubt


@pytest.mark.parametrize(
    "title",
    [
        "",
        "关于印发《示例市数据条例》的通知",
        "第404号建议的答复",
        "404号文件解读",
        "国务院关于宣布失效一批文件的决定",
        "关于规范政务网站“页面不存在”等问题整改工作并进一步做好全省政府网站集约化管理有关事项的通知",
    ],
)
def test_a_title_of_a_document_is_none(server, title):
    assert look(server.page(title=title)).doubt == ""


def test_titles_are_read_in_the_pages_own_characters(server):
    for head, name in (("", "gb2312"), ("<meta charset=gbk>", "")):
        kind = {"Content-Type": f"text/html; charset={name}" if name else "text/html"}
        server.pages["/"] = (200, kind, f"{head}<TITLE>\n页面不存在\n</TITLE>".encode("gbk"))
        assert "“页面不存在”" in look(server.url).doubt


def test_a_document_that_leads_to_the_front_page_is_a_doubt(server):
    server.page("/index.html")
    assert "首页" in look(server.redirect("/zwgk/1.html", "/index.html")).doubt
    assert look(server.redirect("/", "/index.html")).doubt == ""


def test_addresses_in_chinese_are_asked_as_browsers_ask(server):
    server.page("/%E6%96%87%E4%BB%B6?q=%E6%95%B0")
    assert look(server.url + "/文件?q=数").verdict == Verdict.WORKS
    server.pages["/a"] = (302, {"Location": "/文件?q=数".encode().decode("latin-1")}, b"")
    assert look(server.url + "/a").verdict == Verdict.MOVED


def test_what_does_not_know_head_is_still_told_apart(server):
    server.pages["/"] = no_head((404, PAGE, b""))
    assert look(server.url).verdict == Verdict.GONE
