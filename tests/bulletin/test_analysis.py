"""Pages for analysts: facts right, numbers that lead on, files, empty states, costs."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from openpyxl import load_workbook

from bulletin import register
from bulletin.models import Issue
from policies.models import Citation, IssuingBody, Policy, TargetNote, Topic
from tests.makers import make_article, make_editor, make_full_issue, make_issue, make_user
from tests.tellings import make_target, make_telling, told_together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_tables")]

NDA = "国家数据局"


@pytest.fixture
@told_together()
def stock():
    """Three issues: a national rule, a city's draft and final text, another province's rule, one abroad."""
    first, second, third = (make_issue(number) for number in (230, 231, 232))
    national = make_telling(
        make_article(first, title="国家数据局印发公共数据登记办法"),
        "公共数据登记办法",
        on=date(2025, 1, 10),
        places=("national",),
        bodies=(NDA, "工业和信息化部"),
    )
    draft = make_article(first, title="贵阳就公共数据条例征求意见", body=["登记应当在10个工作日内办结。"])
    city = make_telling(
        draft,
        "贵阳市公共数据条例",
        event="征求意见",
        on=date(2025, 1, 12),
        until=date(2025, 2, 12),
        places=("guizhou/guiyang",),
    )
    final = make_article(
        second,
        title="贵阳公布公共数据条例",
        body=["登记应当在5个工作日内办结。", "这是新增的一句话，草案里没有。"],
    )
    make_telling(
        final,
        "贵阳市公共数据条例",
        on=date(2025, 3, 1),
        policy=city.policy,
        places=("guizhou/guiyang",),
        block=1,
    )
    make_target(final)
    zhejiang = make_telling(
        make_article(third, title="浙江印发公共数据登记细则"),
        "浙江省公共数据登记细则",
        on=date(2025, 2, 9),
        places=("zhejiang",),
        bodies=(NDA,),
    )
    abroad = make_telling(
        make_article(third, section="chanye"), "欧洲数据法", on=date(2025, 3, 3), places=("eu",)
    )
    Citation.objects.create(
        policy=city.policy, cited=national.policy, relation="basis", title="公共数据登记办法", said_by="hand"
    )
    return {
        "national": national.policy,
        "city": city.policy,
        "zhejiang": zhejiang.policy,
        "abroad": abroad.policy,
        "final": final,
    }


@pytest.fixture
@told_together()
def many(stock):
    """Some thirty policies, signed by several, with targets."""
    for number in range(260, 290):
        article = make_article(make_issue(number))
        places = (("guizhou",), ("zhejiang",), ("guizhou/guiyang",))[number % 3]
        make_telling(
            article,
            f"第{number}号公共数据办法",
            on=date(2025, 5, number % 28 + 1),
            places=places,
            bodies=(NDA, f"第{number}号局"),
        )
        make_target(article, f"第{number}项指标")
    return stock


def html(client, address, status=200, **extra):
    response = client.get(address, **extra)
    assert response.status_code == status, address
    return response.content.decode().replace("<wbr>", "")


def table(client, address):
    response = client.get(address)
    assert response.status_code == 200
    rows = list(csv.reader(StringIO(response.getvalue().decode("utf-8-sig"))))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


# --- Regions ---


def test_the_map_counts_a_city_in_its_province_and_each_policy_once(client, stock):
    rows = client.get("/regions/?period=").context["rows"]
    counts = {row["region"].path: row["count"] for row in rows}
    assert len(rows) == 34
    assert counts["guizhou"] == 1 and counts["zhejiang"] == 1 and sum(counts.values()) == 2
    page = html(client, "/regions/?period=")
    tile = 'class="tile t-gz"><a data-counts href="/regions/guizhou/" data-l="1">'
    assert f'{tile}贵州<b>1<span class="vh">件</span>' in page
    assert "方格为示意排列，不表示面积与界线" in page
    assert client.get("/regions/?period=").context["national"] == 1
    assert client.get("/regions/?period=").context["abroad"] == 1


def test_the_map_answers_who_has_a_rule_on_a_topic(client, stock):
    rows = {row["地区"]: row for row in table(client, "/regions/?period=&topic=public-data&format=csv")}
    assert rows["贵州"]["最早有文件"] == "2025-03-01"
    assert rows["浙江"]["最早有文件"] == "2025-02-09"
    assert rows["北京"]["最早有文件"] == ""


def test_a_period_ends_with_the_newest_issue_not_today(client, stock):
    later = make_issue(400)
    assert client.get("/regions/").context["total"] == 0
    assert "这个范围没有政策" not in html(client, "/regions/?period=")
    later.withdraw()
    assert client.get("/regions/").context["total"] == 2


def test_a_region_shows_its_policies_targets_and_cities(client, stock):
    page = html(client, "/regions/guizhou/")
    assert "收录政策文件1件" in page and "贵阳市公共数据条例" in page
    assert 'href="/regions/guizhou/guiyang/">贵阳 <b>1</b>' in page
    assert f'href="/issues/231/{stock["final"].order}/#p1">数据产业规模</a>' in page
    assert "浙江省公共数据登记细则" not in page


def test_national_and_world_have_pages_of_their_own(client, stock):
    national = html(client, "/regions/national/")
    assert "公共数据登记办法" in national and "贵阳市公共数据条例" not in national
    assert "欧洲数据法" in html(client, "/regions/world/") and "欧盟 <b>1</b>" in html(
        client, "/regions/world/"
    )
    assert "欧洲数据法" in html(client, "/regions/eu/")


def test_a_region_by_its_chinese_name_leads_to_its_address(client, stock):
    response = client.get("/regions/贵州/")
    assert (response.status_code, response["Location"]) == (301, "/regions/guizhou/")
    html(client, "/regions/nowhere/", status=404)


def test_comparing_shows_first_dates_targets_and_silence(client, stock):
    page = html(client, "/regions/compare/?r=guizhou&r=zhejiang")
    assert "2025年3月1日起有规定" in page and "2025年2月9日起有规定" in page
    assert "这几个地区都没有收录到" in page and "算力" in page
    rows = table(client, "/regions/compare/?r=guizhou&r=zhejiang&format=csv")
    assert {"类别": "目标", "项目": "数据产业规模（亿元）", "贵州": "500（2027）", "浙江": ""} in rows


def test_comparing_too_few_too_many_or_nowhere_says_so(client, stock):
    places = ("guizhou", "beijing", "tianjin", "hebei", "shanxi", "hunan", "hubei")
    for query, words in [
        ("", "再选两个地区"),
        ("r=guizhou", "再选一个地区"),
        ("r=guizhou&r=atlantis", "没有这样的地区：atlantis"),
        ("&".join(f"r={place}" for place in places), "最多比较6个"),
    ]:
        assert words in html(client, f"/regions/compare/?{query}"), query


# --- One policy ---


def test_a_policy_shows_its_course_with_article_issue_and_page(client, stock):
    page = html(client, f"/policies/{stock['city'].pk}/")
    assert page.index("征求意见</h3>") < page.index("发布</h3>")
    assert "意见截止2025年2月12日" in page
    final = stock["final"]
    assert f'本刊报道：<a href="/issues/231/{final.order}/#p1">{final.title}</a>' in page
    assert "依据" in page and f'href="/policies/{stock["national"].pk}/"' in page
    assert "数据产业规模" in page and "www.example.gov.cn" in page


def test_a_policy_shows_what_changed_between_draft_and_final(client, stock):
    page = html(client, f"/policies/{stock['city'].pk}/")
    assert '<del class="num-mark">10个</del>' in page and '<ins class="num-mark">5个</ins>' in page
    assert "改动1句（数字变动1处）" in page and "新增1句" in page


def test_what_changed_is_full_text_and_kept_like_it(client, stock, settings):
    settings.PORTAL_ACCESS = "full-text"
    assert "num-mark" not in html(client, f"/policies/{stock['city'].pk}/")
    client.force_login(make_user())
    assert "num-mark" in html(client, f"/policies/{stock['city'].pk}/")


def test_a_cited_policy_knows_who_cites_it(client, stock):
    page = html(client, f"/policies/{stock['national'].pk}/")
    assert "以它为依据" in page and "贵阳市公共数据条例" in page


def test_a_merged_policy_redirects_for_good(client, stock):
    old = Policy.objects.create(title="旧编号", merged_into=stock["city"])
    for suffix in ("/", ".json"):
        response = client.get(f"/policies/{old.pk}{suffix}")
        assert (response.status_code, response["Location"]) == (301, f"/policies/{stock['city'].pk}{suffix}")


def test_a_policy_of_drafts_only_does_not_exist_for_readers(client):
    telling = make_telling(make_article(make_issue(250, published=False)), "未发布的办法")
    html(client, f"/policies/{telling.policy_id}/", status=404)
    assert client.get(f"/policies/{telling.policy_id}.json").status_code == 404
    assert "未发布的办法" not in html(client, "/policies/")


def test_a_policy_that_is_only_cited_names_those_that_cite_it(client, stock):
    cited = Policy.objects.create(title="数据安全法")
    html(client, f"/policies/{cited.pk}/", status=404)
    Citation.objects.create(policy=stock["city"], cited=cited, relation="basis", title="数据安全法")
    page = html(client, f"/policies/{cited.pk}/")
    assert "本刊没有专门报道" in page and "贵阳市公共数据条例" in page


def test_a_policy_as_json(client, stock):
    found = client.get(f"/policies/{stock['city'].pk}.json").json()
    assert found["title"] == "贵阳市公共数据条例" and found["stage"] == "发布"
    assert [stage["kind"] for stage in found["stages"]] == ["征求意见", "发布"]
    assert [article["issue"] for article in found["articles"]] == [230, 231]
    assert found["targets"] == [{"indicator": "数据产业规模", "value": "500", "unit": "亿元", "year": 2027}]


# --- Lists: filters, files, emptiness ---


NARROWED = {
    "region=guizhou": {"贵阳市公共数据条例"},
    "region=guizhou/guiyang": {"贵阳市公共数据条例"},
    "region=national": {"公共数据登记办法"},
    "region=world": {"欧洲数据法"},
    "region=local": {"贵阳市公共数据条例", "浙江省公共数据登记细则"},
    "stage=发布&region=zhejiang": {"浙江省公共数据登记细则"},
    "phase=issued&region=guizhou": {"贵阳市公共数据条例"},
    "phase=solicit": set(),
    "reached=征求意见": {"贵阳市公共数据条例"},
    "topic=public-data&region=zhejiang": {"浙江省公共数据登记细则"},
    "section=chanye": {"欧洲数据法"},
    "q=细则": {"浙江省公共数据登记细则"},
    "since=2100-01-01": set(),
    "region=xizang": set(),
    "region=nowhere": set(),
    "region=guizhou&region=zhejiang": set(),
    "topic=nothing": set(),
    "stage=胡说": set(),
    "year=abc": set(),
    "body=999999999": set(),
    "body=²": set(),
}


def test_the_register_is_narrowed_by_one_filter(client, stock):
    year = stock["city"].entry.told_on.year
    for query, titles in [*NARROWED.items(), (f"year={year}&region=zhejiang", {"浙江省公共数据登记细则"})]:
        assert {row["标题"] for row in table(client, f"/policies/?{query}&format=csv")} == titles, query
        assert ("没有政策" in html(client, f"/policies/?{query}")) == (not titles), query


def test_a_list_is_the_same_on_all_its_pages_whatever_its_order(client, many):
    for order in ("", "-began", "-stage_on", "title", "told"):
        titles = []
        for number in (1, 2):
            page = client.get(f"/policies/?order={order}&page={number}").context["page"]
            titles += [entry.title for entry in page]
        assert len(set(titles)) == page.paginator.count == 34, order
        assert titles == [row["标题"] for row in table(client, f"/policies/?order={order}&format=csv")], order


def test_policies_of_a_body(client, stock):
    body = IssuingBody.objects.get(name=NDA)
    rows = table(client, f"/policies/?body={body.pk}&format=csv")
    assert {row["标题"] for row in rows} == {"公共数据登记办法", "浙江省公共数据登记细则"}
    page = html(client, f"/bodies/{body.pk}/")
    assert "收录政策文件2件</a>，与1个机构联合发过文" in page and "工业和信息化部" in page
    assert "国家发展和改革委员会" in page  # above it


def test_bodies_are_listed_by_their_policies(client, stock):
    rows = table(client, "/bodies/?format=csv")
    assert [(row["机构"], row["政策件数"]) for row in rows] == [(NDA, "2"), ("工业和信息化部", "1")]
    assert "没有符合条件的机构" in html(client, "/bodies/?q=没有这个机构")
    assert [row["机构"] for row in table(client, "/bodies/?q=工信部&format=csv")] == ["工业和信息化部"]


def test_a_merged_or_refused_body_is_not_shown(client, stock):
    into = IssuingBody.objects.get(name=NDA)
    merged = IssuingBody.objects.create(name="数据局", state="merged", merged_into=into)
    response = client.get(f"/bodies/{merged.pk}/")
    assert (response.status_code, response["Location"]) == (301, f"/bodies/{into.pk}/")
    html(client, f"/bodies/{IssuingBody.objects.create(name='不是机构', state='refused').pk}/", status=404)


def test_the_workbook_keeps_numbers_and_defuses_formulas(client, stock):
    make_target(stock["final"], "=1+1", value="3—5", low=3, high=5, unit="家")
    sheet = load_workbook(BytesIO(client.get("/targets/?format=xlsx").getvalue())).active
    rows = list(sheet.values)
    assert rows[0][:3] == ("指标", "比较", "数值")
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["数据产业规模"][3] == 500 and by_name["数据产业规模"][6] == 2027
    assert "'=1+1" in by_name


def test_targets_by_year_unit_region_and_value(client, stock):
    make_target(stock["final"], "标注基地", value="9", low=9, unit="个", due_year=2030)
    assert [row["指标"] for row in table(client, "/targets/?by=2030&format=csv")] == ["标注基地"]
    assert [row["指标"] for row in table(client, "/targets/?unit=亿元&format=csv")] == ["数据产业规模"]
    assert [row["指标"] for row in table(client, "/targets/?order=-value&format=csv")] == [
        "数据产业规模",
        "标注基地",
    ]
    assert len(table(client, "/targets/?region=guizhou&format=csv")) == 2
    assert "这个范围没有目标" in html(client, "/targets/?region=zhejiang")
    page = html(client, "/targets/")
    assert f'href="/issues/231/{stock["final"].order}/#p1"' in page and "2030<span" in page


def test_a_note_of_progress_is_shown_with_its_value(client, stock):
    target = make_target(stock["final"], "标注基地", value="9", low=9, unit="个", due_year=2030)
    address = f"/desk/targets/{target.pk}/notes/"
    assert client.get(address).status_code == 302
    client.force_login(make_user())
    assert client.get(address).status_code == 403
    client.force_login(make_editor())
    assert "没有保存" in html(client, address) or client.post(address, {"text": ""}).status_code == 200
    client.post(address, {"reported_on": "2026-06-30", "value": "4", "text": "已建成四个"})
    assert TargetNote.objects.get().written_by is not None
    page = html(client, "/targets/")
    assert "2026年6月：已建成四个" in page and "<circle" in page
    client.post(f"/desk/targets/notes/{TargetNote.objects.get().pk}/remove/")
    html(client, "/targets/")  # says that it was removed
    assert "已建成四个" not in html(client, "/targets/")


# --- Topics ---


def test_topics_show_their_share_and_who_followed(client, stock):
    register.apply_topics(stock["final"].__class__.objects.all())
    rows = {row["主题"]: row for row in table(client, "/topics/?format=csv")}
    assert rows["公共数据"]["政策件数"] == "3" and rows["公共数据"]["有规定的省级行政区"] == "2"
    assert rows["公共数据"]["总第230期（%）"] == "100"
    page = html(client, "/topics/public-data/")
    assert "晚50天" in page and "晚30天" in page and "还没有收录到规定的32个" in page


def test_diffusion_gives_days_after_the_nation_or_not_yet(client, stock):
    page = html(client, "/topics/diffusion/")
    assert "+30天" in page and "+50天" in page and "尚无" in page
    rows = {row["地区"]: row for row in table(client, "/topics/diffusion/?format=csv")}
    assert rows["全国"]["公共数据"] == "2025-01-10" and rows["北京"]["公共数据"] == "尚无"


def test_an_editor_keeps_the_vocabulary(client, stock, django_capture_on_commit_callbacks, monkeypatch):
    client.force_login(make_editor())
    assert "公共数据" in html(client, "/desk/topics/")
    fields = {
        "name": "登记",
        "slug": "registration",
        "words": "登记、 数据登记，登记",
        "mentions": 1,
        "order": 9,
    }
    assert client.post("/desk/topics/new/", fields).status_code == 302
    topic = Topic.objects.get(slug="registration")
    assert topic.words == ["登记", "数据登记"]
    assert (
        "词语不能空着"
        in client.post(f"/desk/topics/{topic.pk}/", {**fields, "words": " 、"}).content.decode()
    )
    assert "已经有这个主题" in client.post("/desk/topics/new/", fields).content.decode()
    assert "不再归到这个主题" in html(client, f"/desk/topics/{topic.pk}/remove/")
    client.post(f"/desk/topics/{topic.pk}/remove/")
    assert not Topic.objects.filter(slug="registration").exists()


def test_the_vocabulary_is_for_curators(client):
    assert client.get("/desk/topics/").status_code == 302
    client.force_login(make_user())
    assert client.get("/desk/topics/").status_code == 403


# --- Calendar ---


@pytest.fixture
def days():
    """Comments until in ten days, in force since yesterday, expiring next year; in an issue of today."""
    today = timezone.localdate()
    issue = make_issue(300)
    article = make_article(issue)
    make_telling(
        article,
        "征求意见的办法",
        event="征求意见",
        on=today,
        until=today + timedelta(days=10),
        places=("guizhou",),
    )
    make_telling(
        make_article(issue),
        "昨天施行的条例",
        event="施行",
        on=today - timedelta(days=1),
        places=("zhejiang",),
    )
    expiring = make_telling(make_article(issue), "明年失效的规定", on=today)
    expiring.policy.valid_until = today + timedelta(days=300)
    expiring.policy.save()
    register.refresh(policies=[expiring.policy_id])
    return today


def test_the_calendar_tells_what_comes_and_what_has_been(client, days):
    page = html(client, "/calendar/")
    coming, past = page.split("已经过去")
    assert "意见截止，还有10天" in coming and "有效期还有300天" in coming
    assert "昨天施行的条例" in past and "昨天施行的条例" not in coming


def test_the_calendar_of_a_region_and_of_a_kind(client, days):
    assert [row["政策"] for row in table(client, "/calendar/?region=zhejiang&format=csv")] == [
        "昨天施行的条例"
    ]
    assert [row["政策"] for row in table(client, "/calendar/?kind=expires&format=csv")] == ["明年失效的规定"]
    assert "接下来没有节点" in html(client, "/calendar/?region=xizang")


def test_the_calendar_as_a_file(client, days):
    response = client.get("/calendar.ics?region=guizhou")
    assert response["Content-Type"].startswith("text/calendar")
    feed = Calendar.from_ical(response.content)
    [event] = feed.walk("VEVENT")
    assert event["SUMMARY"] == "意见截止：征求意见的办法"
    assert event.decoded("DTSTART") == days + timedelta(days=10)
    assert len(Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")) == 3
    assert client.get("/calendar.ics").content == client.get("/calendar.ics").content
    assert not Calendar.from_ical(client.get("/calendar.ics?topic=nothing").content).walk("VEVENT")


def test_a_draft_issues_days_are_nowhere(client, days):
    Issue.objects.get().withdraw()
    assert not Calendar.from_ical(client.get("/calendar.ics").content).walk("VEVENT")


# --- Articles behind the numbers; other pages ---


def test_articles_behind_a_number(client, stock):
    for query, count in [
        ("", 5),
        ("region=guizhou", 2),
        ("region=world", 1),
        ("region=national", 1),
        ("region=local", 3),
        ("issue=230", 2),
        ("section=chanye", 1),
        ("region=xizang", 0),
        ("issue=x", 0),
    ]:
        assert len(table(client, f"/articles/?{query}&format=csv")) == count, query
        page = html(client, f"/articles/?{query}")
        assert (f"{count}篇" in page) if count else ("没有文章" in page), query
    stock["final"].take_down("来源要求撤下")
    make_article(make_issue(233, published=False))
    assert "4篇" in html(client, "/articles/")


def test_articles_of_a_policy(client, stock):
    assert len(table(client, f"/articles/?policy={stock['city'].pk}&format=csv")) == 2


def test_an_article_shows_its_policy_targets_and_region(client, stock):
    page = html(client, f"/issues/231/{stock['final'].order}/")
    assert f'href="/policies/{stock["city"].pk}/"' in page and "全过程，2篇报道" in page
    assert '<a class="quiet" href="#p1">数据产业规模</a>' in page
    assert 'href="/regions/guizhou/guiyang/">贵阳</a>' in page


def test_home_shows_the_map_the_newest_and_the_next_days(client, stock):
    page = html(client, "/")
    assert "各地在做什么" in page and "t-gz" in page and "新近的地方政策" in page
    Issue.objects.get(total_number=232).withdraw()
    assert "浙江省公共数据登记细则" not in html(client, "/")


def test_home_without_policies_leaves_the_blocks_out(client):
    make_full_issue(240)
    assert "各地在做什么" not in html(client, "/")


ADDRESSES = [
    "/regions/",
    "/regions/guizhou/",
    "/regions/compare/",
    "/bodies/",
    "/policies/",
    "/targets/",
    "/topics/",
    "/topics/diffusion/",
    "/calendar/",
    "/articles/",
]


def test_an_empty_portal_says_what_would_be_there(client):
    for address in ADDRESSES:
        assert 'class="empty' in html(client, address) or "topics" in address, address


def test_a_page_is_not_sent_twice(client, stock):
    for address in ADDRESSES:
        etag = client.get(address)["ETag"]
        assert client.get(address, headers={"if-none-match": etag}).status_code == 304, address
        assert client.post(address).status_code == 405, address


def test_a_portal_behind_a_login_shows_nothing(client, settings):
    settings.PORTAL_ACCESS = "login"
    for address in [*ADDRESSES, "/calendar.ics"]:
        assert client.get(address).status_code == 302, address


# --- What the pages cost ---


# Of a page for readers. An editor's costs the session, the user and, where it asks, his permissions more.
QUERIES = {
    "/": 10,
    "/regions/?period=": 4,
    "/regions/guizhou/": 7,
    "/regions/guizhou/?stage=发布": 7,
    "/regions/world/": 5,
    "/regions/compare/?r=guizhou&r=zhejiang": 6,
    "/bodies/": 4,
    "/bodies/{nda}/": 8,
    "/policies/": 4,
    "/policies/?region=guizhou&topic=public-data&year=2025": 4,
    "/policies/{city}/": 8,
    "/policies/{city}.json": 6,
    "/targets/": 5,
    "/targets/?unit=亿元&by=2027": 7,
    "/topics/": 4,
    "/topics/public-data/": 8,
    "/topics/diffusion/": 2,
    "/calendar/": 3,
    "/calendar.ics?region=guizhou": 2,
    "/articles/?region=guizhou": 5,
}


def test_a_page_costs_the_same_queries_whatever_the_rows_and_never_twelve(
    client, many, django_assert_num_queries
):
    editor = Client()
    editor.force_login(make_editor())
    for address, queries in QUERIES.items():
        address = address.format(nda=IssuingBody.objects.get(name=NDA).pk, city=many["city"].pk)
        cache.clear()
        with django_assert_num_queries(queries, info=address):
            assert client.get(address).status_code == 200
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            editor.get(address)
        assert len(captured) < 12, address
