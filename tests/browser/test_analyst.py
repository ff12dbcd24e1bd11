"""An analyst's errand in a real browser, on the phone and on the desktop; the map by keys; pages
accessible.
"""

from datetime import date

import pytest
from django.core.management import call_command

from bulletin.register import PolicyEntry
from policies.models import IssuingBody
from tests.browser import looks
from tests.makers import make_article, make_issue
from tests.tellings import make_target, make_telling, told_together

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture(autouse=True)
@told_together()
def stock():
    """Two provinces with a rule on one topic, a draft and its final text, a target, a co-issuer."""
    call_command("load_regions", verbosity=0)
    call_command("load_bodies", verbosity=0)
    first, second = make_issue(230), make_issue(231)
    draft = make_article(first, title="贵州就公共数据办法征求意见", body=["登记在10日内办结。"])
    telling = make_telling(
        draft, "贵州省公共数据办法", event="征求意见", on=date(2025, 1, 2), until=date(2025, 2, 2),
        places=("guizhou",),
    )  # fmt: skip
    final = make_article(
        second,
        title="贵州公布公共数据办法",
        body=["到2027年，数据产业规模达到500亿元。", "登记在5日内办结。"],
    )
    make_telling(
        final, "贵州省公共数据办法", on=date(2025, 3, 1), policy=telling.policy, places=("guizhou",),
        bodies=("贵州省人民政府", "国家数据局"),
    )  # fmt: skip
    make_target(final)
    other = make_article(second, title="浙江印发公共数据细则")
    make_telling(other, "浙江省公共数据细则", on=date(2025, 2, 1), places=("zhejiang",))


@pytest.mark.parametrize("width", [1440, 390])
def test_from_the_map_to_the_source(open_page, width):
    page = open_page("/", width=width)
    page.get_by_role("link", name="地区", exact=True).first.click()
    page.locator(".t-gz a").click()
    assert page.locator("h1").inner_text() == "贵州"
    page.get_by_role("link", name="与其他地区比较").click()
    page.get_by_label("第2个地区").select_option(label="浙江")
    page.get_by_role("button", name="比较").click()
    assert page.locator("h1").inner_text().replace("\n", "") == "贵州、浙江的政策比较"
    page.get_by_role("link", name="500亿元（2027年）").click()
    assert page.url.endswith("/issues/231/1/#p1")
    assert page.locator("#p1").inner_text().startswith("到2027年")
    assert page.locator("#p1").evaluate("element => element.matches(':target')")
    source = page.get_by_role("link", name="打开原文")
    assert source.get_attribute("href").startswith("https://www.example.gov.cn/")
    page.get_by_role("link", name="贵州省公共数据办法").first.click()
    assert "改动1句" in page.locator("#difference").inner_text()


def test_arrow_keys_move_on_the_map(open_page):
    page = open_page("/regions/?period=")
    page.locator(".t-gz a").focus()
    for key, place in [
        ("ArrowRight", "湖南"),
        ("ArrowUp", "湖北"),
        ("ArrowLeft", "重庆"),
        ("ArrowDown", "贵州"),
    ]:
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.firstChild.textContent").strip() == place
    page.keyboard.press("Enter")
    page.wait_for_url("**/regions/guizhou/")


def test_the_filters_work_without_script(open_page):
    page = open_page("/policies/", script=False)
    page.get_by_label("地区").select_option(label="浙江")
    page.get_by_role("button", name="应用").click()
    assert page.locator("h2", has_text="1件").count() == 1


def addresses():
    policy = PolicyEntry.objects.get(title="贵州省公共数据办法")
    body = IssuingBody.objects.get(name="国家数据局")
    return [
        "/",
        "/regions/",
        "/regions/?period=&topic=public-data",
        "/regions/guizhou/",
        "/regions/world/",
        "/regions/compare/?r=guizhou&r=zhejiang",
        "/bodies/",
        f"/bodies/{body.pk}/",
        "/policies/",
        policy.get_absolute_url(),
        "/policies/?region=xizang",
        "/targets/",
        "/targets/?by=2100",
        "/topics/",
        "/topics/public-data/",
        "/topics/diffusion/",
        "/calendar/",
        "/articles/",
        policy.latest_article.get_absolute_url(),
    ]


def test_every_page_is_accessible_and_inside_the_window(open_page):
    page = open_page("/")
    for address in addresses():
        page.goto(address)
        assert looks.faults(page) == []
