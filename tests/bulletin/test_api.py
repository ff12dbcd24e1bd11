"""The API as a program meets it."""

import json

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from rest_framework.authtoken.models import Token
from rest_framework.settings import api_settings

from bulletin.api.schema import openapi
from bulletin.facts import ArticleBody, ArticleRegion, ArticleTarget, Telling
from bulletin.register import refresh
from bulletin.search import entries
from bulletin.wsgi import application
from policies.models import IssuingBody, Policy, Stage, Target
from regions.models import Region
from tests.makers import make_article, make_full_issue, make_issue, make_user

LISTS = ("issues", "articles", "sections", "regions", "bodies", "topics", "policies", "targets", "search")


@pytest.fixture(autouse=True)
def unhurried():
    """Whoever asked before: a test begins with a full allowance."""
    cache.clear()


@pytest.fixture
def known(reference_tables):
    """An issue that tells of a policy of Guizhou, with a stage, a target, a body, and a list full of
    others.
    """
    issue = make_full_issue(237, articles=8)
    article = issue.articles.first()
    tell(article, "贵州省示例数据条例")
    for number in range(30):
        tell(make_article(issue, title=f"示例{number}号文件印发"), f"示例{number}号办法")
    refresh(issue.articles.all())
    entries.refresh(issue.articles.all())
    return issue


def tell(article, title):
    region = Region.objects.get(path="guizhou")
    body = IssuingBody.objects.known().first()
    policy = Policy.objects.create(title=title, number="示发〔2025〕3号")
    stage = Stage.objects.create(policy=policy, kind=Stage.Kind.ISSUED, happened_on="2025-07-01")
    Telling.objects.create(
        article=article, policy=policy, stage=stage, title=title, name=title, event=Stage.Kind.ISSUED
    )
    ArticleRegion.objects.create(article=article, region=region)
    ArticleBody.objects.create(article=article, body=body)
    target = Target.objects.create(
        policy=policy, indicator="数据标注基地", value="5", low=5, unit="个", due_year=2027, text="五个基地"
    )
    ArticleTarget.objects.create(article=article, target=target, block=1, sentence="提出建成五个基地。")
    return policy


def get(client, path, **more):
    return client.get(f"/api/v1/{path}", **more)


def everything(client, path):
    """All rows of a list, page by page, forwards; and the address of its last page."""
    rows, address = [], f"/api/v1/{path}"
    while address:
        page = client.get(address).json()
        rows += page["results"]
        last, address = address, page["next"]
    return rows, last


# --- What is answered -----------------------------------------------------------------------------


def test_an_issue_is_told_with_its_articles(client, known):
    issue = get(client, "issues/237/").json()
    assert (issue["total_number"], issue["article_count"], len(issue["articles"])) == (237, 38, 38)
    assert issue["page"] == "http://testserver/issues/237/"
    article = get(client, "articles/237/1/").json()
    [block] = article["body"]
    assert block["page"] == "http://testserver/issues/237/1/#p1"
    assert article["regions"] == [{"path": "guizhou", "name": "贵州"}]


def test_a_policy_is_told_with_stages_targets_and_articles(client, known):
    [row] = get(client, "policies/?q=贵州省示例数据条例").json()["results"]
    policy = get(client, f"policies/{row['id']}/").json()
    assert policy["stages"] == [{"kind": "发布", "happened_on": "2025-07-01", "until_on": None}]
    [target] = policy["targets"]
    assert (target["indicator"], target["value"], target["due_year"]) == ("数据标注基地", "5", 2027)
    assert target["page"] == "http://testserver/issues/237/1/#p1"
    assert [(each["issue"], each["number"]) for each in policy["articles"]] == [(237, 1)]


def test_a_merged_policy_leads_on(client, known):
    stays, goes = Policy.objects.all()[:2]
    goes.lead_on(stays.pk)
    response = get(client, f"policies/{goes.pk}/")
    assert (response.status_code, response["Location"]) == (301, f"/api/v1/policies/{stays.pk}/")


def test_lists_take_the_filters_of_the_pages(client, known):
    make_full_issue(238, articles=4)
    assert {each["issue"] for each in everything(client, "articles/?issue=238")[0]} == {238}
    assert {each["section"] for each in everything(client, "articles/?section=difang")[0]} == {"difang"}
    assert len(everything(client, "policies/?region=guizhou")[0]) == 31
    assert everything(client, "policies/?region=beijing")[0] == []
    assert len(everything(client, "targets/?by=2027&region=guizhou")[0]) == 31


def test_a_search_finds_and_marks(client, known):
    found = get(client, "search/?q=示例7号").json()
    assert found["count"] == 1
    [hit] = found["results"]
    assert hit["title"] == "示例7号文件印发"
    assert any(facet["name"] == "section" for facet in found["facets"])
    page = get(client, "search/?q=示例&page_size=10").json()
    following = client.get(page["next"]).json()
    assert {each["order"] for each in page["results"]}.isdisjoint(
        each["order"] for each in following["results"]
    )


@pytest.mark.parametrize(
    "path",
    [
        "policies/",
        "policies/?order=title",
        "policies/?order=-stage_on,title",
        "policies/?order=stage_on,-told",
        "targets/?order=value",
        "targets/?order=-by,value",
        "articles/",
        "articles/?order=-issue",
    ],
)
def test_pages_follow_each_other_without_gap_or_repetition(client, known, path):
    Policy.objects.first().stages.all().delete()  # an undated one among them
    refresh(known.articles.all())
    mark = "&" if "?" in path else "?"
    whole = get(client, f"{path}{mark}page_size=100").json()["results"]
    rows, last = everything(client, f"{path}{mark}page_size=7")
    assert rows == whole
    back, address = [], last
    while address:
        page = client.get(address).json()
        back = page["results"] + back
        address = page["previous"]
    assert back == whole


@pytest.mark.parametrize("order", ["stage_on", "-stage_on"])
def test_what_has_no_date_comes_last_whichever_way(client, known, order):
    undated = Policy.objects.first()
    undated.stages.all().delete()
    refresh(known.articles.all())
    rows, _ = everything(client, f"policies/?order={order}&page_size=7")
    assert [row["title"] for row in rows if row["stage_on"] is None] == [undated.title]
    assert rows[-1]["title"] == undated.title


def test_equals_by_the_first_field_stand_by_the_second(client, known):
    rows, _ = everything(client, "policies/?order=stage_on,-title&page_size=7")
    wanted = sorted(rows, key=lambda row: row["title"], reverse=True)
    assert rows == sorted(wanted, key=lambda row: row["stage_on"])


# --- Who may read ---------------------------------------------------------------------------------


def test_drafts_are_not_there_even_for_editors(client, admin_client, reference_tables):
    draft = make_issue(300, published=False)
    policy = tell(make_article(draft), "没有发布的办法")
    for who in (client, admin_client):
        assert get(who, "issues/").json()["results"] == []
        assert get(who, "articles/").json()["results"] == []
        assert get(who, "policies/").json()["results"] == []
        assert get(who, "targets/").json()["results"] == []
        assert get(who, "search/?q=示例").json()["count"] == 0
        for path in ("issues/300/", "articles/300/1/", f"policies/{policy.pk}/"):
            assert get(who, path).status_code == 404


def test_what_was_withdrawn_or_taken_down_is_gone(client, db):
    issue = make_full_issue(301, articles=2)
    issue.articles.get(order=1).take_down("来源要求撤下")
    gone = get(client, "articles/301/1/")
    assert gone.status_code == 410
    assert "来源要求撤下" in gone.json()["detail"]
    issue.withdraw()
    assert get(client, "issues/301/").status_code == 410
    assert get(client, "articles/301/2/").status_code == 410


def test_full_text_waits_for_a_login(client, known, settings):
    settings.PORTAL_ACCESS = "full-text"
    token = Token.objects.create(user=make_user())
    assert get(client, "articles/237/1/").json()["body"] is None
    assert get(client, "search/?q=示例").json()["results"][0]["passage"] is None
    assert get(client, "targets/").json()["results"][0]["sentence"] is None
    named = {"Authorization": f"Token {token.key}"}
    assert get(client, "articles/237/1/", headers=named).json()["body"]


def test_a_shut_portal_answers_nobody_unknown(client, known, settings):
    settings.PORTAL_ACCESS = "login"
    for path in (*(f"{name}/" for name in LISTS), "articles/237/1/"):
        response = get(client, path)
        assert response.status_code == 401
        assert response["WWW-Authenticate"].startswith("Token")
        assert response["Content-Type"].startswith("application/problem+json")
    client.force_login(make_user())
    assert get(client, "issues/").status_code == 200


# --- How it is answered ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("issues/9999/", 404, "还没有发布"),
        ("nothing/here", 404, ""),
        ("issues/?year=abc", 400, "year"),
        ("policies/?stage=没有的阶段", 400, "stage"),
        ("policies/?body=99999999999999999999", 400, "body"),
        ("articles/?region=%00", 400, "region"),
        ("articles/?" + "&region=guizhou" * 1500, 400, "1000"),
        ("articles/?page_size=0", 400, "page_size"),
        ("articles/?page_size=１０", 400, "page_size"),
        ("articles/?cursor=wild", 404, "cursor"),
        ("articles/?cursor=WzAsIlx1MDAwMCIsMSwxXQ", 404, "cursor"),
        ("policies/?cursor=WzAsIm5vIGRhdGUiLDFd", 404, "cursor"),
        ("policies/?cursor=WzAsWyJ4Il0sMV0", 404, "cursor"),
        ("articles/?cursor=W1tbW1tbW1tbW1tb", 404, "cursor"),
    ],
)
def test_errors_are_problem_details(client, db, path, status, says):
    response = get(client, path)
    assert response.status_code == status
    assert response["Content-Type"].startswith("application/problem+json")
    problem = response.json()
    assert problem["status"] == status
    assert says in problem["detail"]
    assert problem["title"]


def test_writing_is_refused(client, db):
    response = client.post("/api/v1/issues/", {"total_number": 1})
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert response.json()["title"] == "不支持这种请求方法"


def test_what_is_known_already_is_not_sent_again(client, known):
    first = get(client, "articles/")
    again = get(client, "articles/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    known.articles.filter(order=1).update(title="改过的标题")
    assert get(client, "articles/", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_who_asks_too_often_is_told_when_to_return(client, db, monkeypatch):
    monkeypatch.setattr(
        "bulletin.api.access.ByAddress.THROTTLE_RATES",
        {**api_settings.DEFAULT_THROTTLE_RATES, "anon": "2/min"},
    )
    left = [get(client, "sections/")["RateLimit-Remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = get(client, "sections/")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 60
    assert "秒后再试" in refused.json()["detail"]


def test_another_address_cannot_be_claimed(client, db):
    left = [
        get(client, "sections/", headers={"X-Forwarded-For": f"10.0.0.{number}"})["RateLimit-Remaining"]
        for number in range(2)
    ]
    assert int(left[1]) == int(left[0]) - 1


@pytest.mark.parametrize("path", [f"{name}/?q=示例" if name == "search" else f"{name}/" for name in LISTS])
def test_a_longer_list_costs_no_more_queries(client, known, path):
    mark = "&" if "?" in path else "?"
    counts = []
    for size in (2, 20):
        with CaptureQueriesContext(connection) as queries:
            assert get(client, f"{path}{mark}page_size={size}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- How it is described --------------------------------------------------------------------------


def test_the_description_is_openapi_3_1_and_leaves_nothing_out(client, db):
    described = json.loads(client.get("/api/v1/openapi.json").content)
    assert described["openapi"].startswith("3.1")
    assert {f"/api/v1/{name}/" for name in LISTS} <= set(described["paths"])


def test_the_page_lists_every_operation(client, db):
    page = client.get("/api/").content.decode()
    for path in openapi()["paths"]:
        assert f"GET {path}" in page


SCHEMA = schemathesis.openapi.from_dict(openapi())


@pytest.fixture
def many_requests(monkeypatch, known):
    """Schemathesis asks by the hundred, past Django's test client: as that does, keep the connection."""
    monkeypatch.setattr("bulletin.api.access.ByAddress.THROTTLE_RATES", {"anon": None, "user": None})
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_schemathesis_finds_nothing(case, many_requests):
    uncompressed = {"Accept-Encoding": "identity"}  # it does not unpack what a WSGI application packs
    case.call_and_validate(app=application, base_url="http://localhost", headers=uncompressed)
