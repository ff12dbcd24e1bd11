"""The desk's pages of curation: who may, what an editor sees and does there, and what it costs."""

import pytest
from django.urls import reverse

from bulletin.facts import ArticleBody, Decision, LinkProposal
from policies.models import IssuingBody, Policy, Stage
from tests.makers import make_article, make_editor, make_issue, make_user

pytestmark = pytest.mark.django_db

PAGES = ["name_list", "desk_policy_list", "proposal_list", "decision_list"]


@pytest.fixture
def editor(client):
    user = make_editor("校对员")
    client.force_login(user)
    return user


@pytest.fixture
def law(store_samples):
    store_samples()
    return Policy.objects.told().get(title="政务数据共享条例")


def acts(law):
    """Every address that changes something, with what it is about."""
    body, pair = IssuingBody.objects.create(name="某院"), LinkProposal.objects.first()
    fact, stage = law.tellings.first(), law.stages.first()
    decision = Decision.objects.create(
        act=Decision.Act.MAKE_BODY, summary="", before={"rows": [], "articles": []}
    )
    return [
        reverse("make_name", args=[body.pk]),
        reverse("merge_name", args=[body.pk]),
        reverse("refuse_name", args=[body.pk]),
        reverse("merge_policy", args=[law.pk]),
        reverse("split_policy", args=[law.pk]),
        reverse("correct_stage", args=[stage.pk]),
        reverse("accept_proposal", args=[pair.pk]),
        reverse("refuse_proposal", args=[pair.pk]),
        reverse("confirm_fact", args=["document", fact.pk]),
        reverse("refuse_fact", args=["document", fact.pk]),
        reverse("undo_decision", args=[decision.pk]),
    ]


def test_nobody_without_the_permission_sees_or_changes_anything(client, law):
    article = law.tellings.first().article
    pages = [reverse(name) for name in PAGES]
    pages += [reverse("article_facts", args=[article.pk]), reverse("desk_policy", args=[law.pk])]
    pages += [reverse("suggest_bodies"), reverse("suggest_policies")]
    changing = acts(law)
    for address in pages:
        assert client.get(address).status_code == 302
    for address in changing:
        assert "/login/" in client.post(address).url
    client.force_login(make_user("读者", "view_draft", "edit_article"))
    for address in pages:
        assert client.get(address).status_code == 403
    for address in changing:
        assert client.post(address).status_code == 403
    assert not Decision.objects.exclude(summary="").exists()


@pytest.mark.parametrize(
    "act", ["make_name", "merge_name", "refuse_name", "accept_proposal", "undo_decision"]
)
def test_acts_are_done_by_post_alone(client, editor, act):
    assert client.get(reverse(act, args=[1])).status_code == 405


@pytest.mark.parametrize("name", PAGES)
def test_pages_without_content_say_so(client, editor, name):
    page = client.get(reverse(name)).content.decode()
    assert "没有" in page or "还没有" in page


def test_a_name_is_shown_with_its_sentences_and_like_bodies(client, editor, reference_tables):
    name_with_sentence("国家数据发展管理局")
    page = client.get(reverse("name_list")).content.decode()
    assert "国家数据发展管理局今天发布一份指南。" in page
    assert "国家数据局" in page


def name_with_sentence(name):
    body = IssuingBody.objects.create(name=name)
    ArticleBody.objects.create(
        article=make_article(make_issue(published=False)), body=body, sentence=f"{name}今天发布一份指南。"
    )
    return body


def test_a_name_is_merged_by_its_short_name_and_brought_back(client, editor, reference_tables):
    body = name_with_sentence("数据发展署")
    page = client.post(reverse("merge_name", args=[body.pk]), {"into": "工信部"}, follow=True)
    assert "并入“工业和信息化部”" in page.content.decode()
    assert ArticleBody.objects.get().body.name == "工业和信息化部"
    decision = Decision.objects.get()
    page = client.post(reverse("undo_decision", args=[decision.pk]), follow=True).content.decode()
    assert "已撤销" in page and "校对员于" in page
    assert ArticleBody.objects.get().body == body


@pytest.mark.parametrize(
    ("typed", "said"), [("", "还没有选"), ("不存在的机构", "没有叫“不存在的机构”的机构")]
)
def test_a_name_is_not_merged_into_nothing(client, editor, reference_tables, typed, said):
    name_with_sentence("数据发展司")
    body = name_with_sentence("数据发展署")
    response = client.post(reverse("merge_name", args=[body.pk]), {"into": typed})
    page = response.content.decode()
    beside = page[page.index(f'id="e{body.pk}"') :]
    beside = beside[: beside.index("</form>")]
    assert response.status_code == 400
    assert said in beside and f'value="{typed}"' in beside  # what was typed stays where it was typed
    assert not Decision.objects.exists()


def test_a_name_is_not_made_where_a_body_has_it(client, editor, reference_tables):
    body = name_with_sentence("数据发展署")
    given = {f"n{body.pk}-name": "国家数据局", f"n{body.pk}-level": "ministry"}
    page = client.post(reverse("make_name", args=[body.pk]), given, follow=True).content.decode()
    assert "已经有名为“国家数据局”的机构" in page
    body.refresh_from_db()
    assert body.state == IssuingBody.State.NEW


def test_bodies_are_suggested_those_that_begin_with_it_first(client, editor, reference_tables):
    options = client.get(reverse("suggest_bodies"), {"into": "工业和信息化"}).content.decode()
    assert options.index("“工业和信息化部”".strip("“”")) < options.index("市工业和信息化")


def test_a_policy_is_merged_after_a_page_that_says_what_is_lost(client, editor, law):
    other = Policy.objects.told().get(title="甘肃省数据条例")
    address = reverse("merge_policy", args=[other.pk])
    page = client.get(address, {"into": f"{law.pk} {law.title}"}).content.decode()
    assert "标题“甘肃省数据条例”不再显示" in page and f"编号{other.pk}的地址转到编号{law.pk}" in page
    assert not Decision.objects.exists()
    client.post(address, {"into": law.pk})
    assert law.tellings.count() == 4
    assert client.get(reverse("desk_policy", args=[other.pk])).url == reverse("desk_policy", args=[law.pk])


@pytest.mark.parametrize(
    ("typed", "said"),
    [("没有这项政策", "没有找到“没有这项政策”"), ("", "还没有选"), ("itself", "这就是这一项自己")],
)
def test_a_policy_is_not_merged_into_nothing_and_what_was_typed_stays(client, editor, law, typed, said):
    typed = f"{law.pk} {law.title}" if typed == "itself" else typed
    for send in (client.get, client.post):
        response = send(reverse("merge_policy", args=[law.pk]), {"into": typed})
        page = response.content.decode()
        assert response.status_code == 400 and said in page
        assert f'name="into" value="{typed}"' in page
    assert not Decision.objects.exists()


def test_a_policy_is_split_after_a_page_that_says_which_articles_go(client, editor, law):
    telling = law.tellings.get(article__issue__total_number=228)
    address = reverse("split_policy", args=[law.pk])
    page = client.get(address, {"telling": telling.pk}).content.decode()
    assert "另成一项的1篇" in page and "的2篇" in page
    page = client.get(address, follow=True).content.decode()
    assert "至少一篇" in page
    client.post(address, {"telling": telling.pk})
    assert law.tellings.count() == 2


def test_a_stage_is_corrected_and_a_wrong_date_keeps_what_was_typed(client, editor, law):
    stage = law.stages.get(kind=Stage.Kind.DRAFT)
    address = reverse("correct_stage", args=[stage.pk])
    answer = client.post(address, {"kind": "征求意见", "happened_on": "2025-05-09", "until_on": "2025-05-01"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "意见截止早于开始的日期" in page and 'value="2025-05-01"' in page
    client.post(address, {"kind": "草案", "happened_on": "2025-05-08", "until_on": ""})
    stage.refresh_from_db()
    assert (str(stage.happened_on), stage.get_said_by_display()) == ("2025-05-08", "人工")


def test_facts_are_confirmed_refused_and_brought_back_on_the_articles_page(client, editor, law):
    article = law.tellings.get(article__issue__total_number=228).article
    address = reverse("article_facts", args=[article.pk])
    region = article.region_facts.get()
    client.post(reverse("confirm_fact", args=["region", region.pk]))
    assert "已核" in client.get(address).content.decode()
    page = client.post(reverse("refuse_fact", args=["region", region.pk]), follow=True).content.decode()
    assert "说过不对的" in page and "地区：中国" in page
    assert not article.region_facts.exists()
    refused = Decision.objects.get(act=Decision.Act.REFUSE_FACT)
    page = client.post(reverse("undo_decision", args=[refused.pk]), {"next": address}, follow=True)
    assert page.request["PATH_INFO"] == address
    assert article.region_facts.exists()


def test_an_address_elsewhere_is_not_followed(client, editor, law):
    fact = law.tellings.first()
    answer = client.post(
        reverse("confirm_fact", args=["document", fact.pk]), {"next": "https://evil.example/"}
    )
    assert answer.url == reverse("article_facts", args=[fact.article_id])


def test_a_fact_of_no_kind_is_not_there(client, editor):
    assert client.post("/desk/facts/rumour/1/confirm/").status_code == 404


def test_proposals_stand_side_by_side_with_their_reasons(client, editor, law):
    page = client.get(reverse("proposal_list"), {"show": "machine"}).content.decode()
    assert "已在第228期刊载，草案 → 发布" in page
    assert "发文机关相同：国务院" in page
    assert client.get(reverse("proposal_list"), {"show": "不存在"}).status_code == 200


def test_lists_cost_the_same_however_many_stand_in_them(
    client, editor, store_samples, django_assert_max_num_queries
):
    store_samples()
    for name, most in (
        ("desk_policy_list", 12),
        ("proposal_list", 16),
        ("name_list", 10),
        ("decision_list", 8),
    ):
        with django_assert_max_num_queries(most):
            client.get(reverse(name), {"show": "machine"})


def test_an_articles_facts_cost_the_same_however_many_they_are(
    client, editor, law, django_assert_max_num_queries
):
    for telling in law.tellings.all():
        with django_assert_max_num_queries(16):
            client.get(reverse("article_facts", args=[telling.article_id]))
