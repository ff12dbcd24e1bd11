"""The reader's pages in a real browser: accessible, inside the window, readable without script, themed."""

from itertools import pairwise

import pytest

from bulletin.models import Issue
from tests.browser import looks
from tests.makers import make_article, make_editor, make_full_issue, make_issue

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

LINK = "https://www.example.gov.cn/237/1.html"
RICH = [
    "示例省数据局近日印发《示例省算力规划》，提出到2027年建成三个智算中心。",
    *({"kind": "h", "text": f"{number}、某一部分"} for number in "一二三"),
    {"kind": "h", "text": "（一）算力底座"},
    *({"kind": "p", "text": f"第{number}项工作。", "bullet": True} for number in "一二三"),
    {"kind": "figure", "text": "图1 算力规模走势"},
    {
        "kind": "table",
        "text": "",
        "rows": [["主要指标", *[""] * 7], ["指标", *(f"{year}年" for year in range(2021, 2027)), ""]]
        + [["智能算力规模（EFLOPS）", *["12345.6"] * 7]] * 3,
    },
    "结尾。" * 60,
]
PAGES = {
    "/": 200,
    "/issues/": 200,
    "/issues/?year=1999": 200,
    "/issues/237/": 200,
    "/issues/237/print/": 200,
    "/issues/237/1/": 200,
    "/issues/237/2/": 200,
    "/issues/237/3/": 410,
    "/issues/238/": 404,
    "/issues/239/": 410,
    "/sections/difang/": 200,
    "/sections/guoce/?year=1999": 200,
    "/about/": 200,
    "/about/accessibility/": 200,
    "/nowhere/": 404,
    "/desk/login/": 200,
}


@pytest.fixture
def publication():
    """Issues enough to page, one article of every kind of part, one without link, one taken down, a draft."""
    for number in range(180, 237):
        make_issue(number)
    for issue in Issue.objects.filter(total_number__gt=227):
        for slug in ("guoce", "difang", "difang", "chanye", "shugu"):
            make_article(issue, section=slug)
    issue = make_issue(237, masthead={"主编": ["示例研究院"], "编委": ["甲某", "乙某"]})
    make_article(
        issue,
        body=RICH,
        source_url=LINK,
        title="贵州省数据局等十二部门联合印发《贵州省人工智能高质量发展行动方案（2025—2027年）》",
    )
    make_article(issue, section="difang", source_url="", source_names=[], page=None)
    make_article(issue, section="chanye").take_down("应权利人要求撤下。")
    make_article(issue, section="shugu", source_url="http://www.example.gov.cn/" + "very-long-path/" * 20)
    make_full_issue(238, published=False)
    make_full_issue(239).withdraw()


def test_axe_finds_nothing_and_nothing_runs_out_of_the_window(open_page, publication):
    page = open_page()
    for address, status in PAGES.items():
        assert page.goto(address).status == status
        assert looks.faults(page) == []
        assert page.locator("h1").count() == 1, address


def test_axe_finds_nothing_on_the_empty_site(open_page):
    page = open_page()
    for address in ("/", "/issues/", "/sections/difang/", "/issues/1/"):
        page.goto(address)
        assert looks.faults(page) == []


def test_axe_finds_nothing_on_what_an_editor_sees(open_page, publication, client):
    client.force_login(make_editor("editor"))
    page = open_page()
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.url}])
    for address in ("/", "/issues/238/", "/issues/238/1/"):
        page.goto(address)
        assert page.get_by_text("编辑台").count() == 1
        assert looks.faults(page) == []


def test_pages_fit_a_window_of_320_pixels_with_wide_letter_spacing(open_page, publication):
    """WCAG 1.4.10 and 1.4.12."""
    page = open_page(width=320, bypass_csp=True)
    spacing = "line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important"
    for address in ("/", "/issues/237/", "/issues/237/1/", "/issues/", "/sections/difang/", "/about/"):
        page.goto(address)
        assert looks.excess(page) <= 0, address
        page.add_style_tag(content=f"* {{ {spacing} }}")
        assert looks.excess(page) <= 0, address


def test_the_browser_refuses_nothing(open_page, publication):
    """No page asks for what the content security policy forbids, and no script fails."""
    page = open_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address, status in PAGES.items():
        if status == 200:
            page.goto(address)
    assert complaints == []


def test_a_reader_without_script_reads_filters_and_changes_the_theme(open_page, publication):
    page = open_page("/", script=False, width=390)
    page.get_by_role("link", name="往期", exact=True).first.click()
    page.get_by_label("年份").select_option(index=1)
    page.get_by_role("button", name="应用").click()
    assert "year=" in page.url
    page.locator(".cover").first.click()
    page.locator(".row a").first.click()
    assert (
        page.get_by_role("link", name="打开原文")
        .get_attribute("href")
        .startswith("https://www.example.gov.cn")
    )
    assert page.get_by_role("button", name="复制链接").count() == 0
    here = page.url
    page.get_by_role("button", name="深色").click()
    assert page.url == here
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.get_by_role("button", name="深色").get_attribute("aria-pressed") == "true"


def test_a_chosen_theme_wins_over_the_systems(open_page, publication):
    page = open_page("/about/", theme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(background)
    page.get_by_role("button", name="浅色").click()
    light = page.evaluate(background)
    assert dark != light
    page.get_by_role("button", name="自动").click()
    assert page.evaluate(background) == dark


def test_the_first_tab_offers_to_skip_to_the_text(open_page, publication):
    page = open_page("/issues/237/1/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_title_breaks_between_words(open_page, publication):
    """At every width a line of the title ends where a word does."""
    page = open_page("/issues/237/1/", width=390)
    for width in (340, 390, 520, 700, 1000):
        page.set_viewport_size({"width": width, "height": 900})
        lines = page.evaluate(LINES, "h1 .kp")
        assert len(lines) >= 1
        for word in ("人工智能", "贵州省", "十二部门", "联合", "高质量", "行动方案", "发展"):
            cuts = [pair for pair in pairwise(lines) if cut_in(word, *pair)]
            assert cuts == []


LINES = """selector => {
  const lines = [], range = document.createRange();
  const walk = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  let top = null;
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    for (let at = 0; at < node.length; at++) {
      range.setStart(node, at); range.setEnd(node, at + 1);
      const box = range.getBoundingClientRect();
      if (top === null || Math.abs(box.top - top) > 4) { lines.push(''); top = box.top; }
      lines[lines.length - 1] += node.data[at];
    }
  return lines;
}"""


def cut_in(word, first, second):
    return any(first.endswith(word[:at]) and second.startswith(word[at:]) for at in range(1, len(word)))


def test_copying_the_link(open_page, publication):
    page = open_page("/issues/237/1/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制链接").click()
    page.get_by_role("button", name="已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == LINK


def test_the_printed_page_is_light_without_the_frame_and_with_the_address(open_page, publication):
    page = open_page("/issues/237/1/", theme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert not page.locator(".tabs").is_visible() and not page.locator(".foot").is_visible()
    assert page.get_by_text(LINK).is_visible()
    assert page.locator(".src__qr svg").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.prose p')).textIndent") != "0px"
