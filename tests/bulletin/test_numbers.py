"""Every number on the pages for analysts opens what it counts, and is as long as that."""

import csv
import re
from datetime import date
from io import StringIO
from urllib.parse import urljoin

import lxml.html
import pytest

from policies.models import IssuingBody
from tests.makers import make_article, make_issue
from tests.tellings import make_target, make_telling, told_together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_tables")]

PLACES = [
    ("guizhou/guiyang",),
    ("guizhou",),
    ("zhejiang", "guizhou"),
    ("national",),
    ("eu",),
    ("us/tx", "de"),
]
BODIES = [("国家数据局", "工业和信息化部"), ("国家数据局", "贵州省人民政府", "财政部"), ()]
EVENTS = ["发布", "征求意见", "施行", "报告"]


@pytest.fixture
@told_together()
def stock():
    """Two years of policies of all kinds, some of them told twice."""
    again = None
    for number in range(200, 248):
        article = make_article(make_issue(number), section=("guoce", "difang")[number % 2])
        telling = make_telling(
            article,
            again.title if again else f"第{number}号{('公共数据', '算力', '公共数据算力')[number % 3]}办法",
            event=EVENTS[number % 4],
            on=date(2024, number % 12 + 1, 3),
            places=PLACES[number % 6],
            bodies=BODIES[number % 3],
            policy=again,
        )
        again = telling.policy if number % 7 == 0 else None
        make_target(article, ("数据产业规模", f"第{number}项")[number % 2], due_year=2026 + number % 3)


ADDRESSES = [
    "/",
    "/regions/",
    "/regions/?period=&topic=computing-power",
    "/regions/?period=3&stage=发布",
    "/regions/guizhou/",
    "/regions/guizhou/?period=12&topic=public-data",
    "/regions/national/",
    "/regions/world/?stage=发布",
    "/regions/compare/?r=guizhou&r=zhejiang&r=eu",
    "/bodies/",
    "/bodies/{nda}/",
    "/bodies/{nda}/?stage=施行",
    "/policies/",
    "/policies/?region=guizhou",
    "/targets/?region=guizhou",
    "/topics/",
    "/topics/computing-power/",
]


def counted(client, address):
    """[(address of a list, number that leads there)] on a page."""
    page = lxml.html.fromstring(client.get(address).content.decode())
    return [
        (urljoin(address, link.get("href")), int(re.search(r"\d+", link.text_content())[0]))
        for link in page.iter("a")
        if "data-counts" in link.attrib
    ]


def length(client, address):
    response = client.get(f"{address}{'&' if '?' in address else '?'}format=csv")
    assert response.status_code == 200, address
    return len(list(csv.reader(StringIO(response.getvalue().decode("utf-8-sig"))))) - 1


def test_a_number_is_the_length_of_the_list_behind_it(client, stock):
    body = IssuingBody.objects.get(name="国家数据局").pk
    lengths, seen = {}, 0
    for address in ADDRESSES:
        address = address.format(nda=body)
        found = counted(client, address)
        assert found, address
        for behind, number in found:
            if behind not in lengths:
                lengths[behind] = length(client, behind)
            assert lengths[behind] == number, f"{address} → {behind}"
        seen += len({behind for behind, number in found if number > 1})
    assert seen > 100
