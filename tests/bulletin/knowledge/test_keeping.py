"""What is known after issues were stored: once, twice, in any order, over an editor's word."""

import copy
from datetime import date

import pytest
from django.db import transaction

from bulletin.facts import LinkProposal, Refusal, Telling
from bulletin.knowledge import doubts
from bulletin.knowledge.keeping import keep
from bulletin.models import Article
from bulletin.uploads import Doubt, Upload
from policies.models import IssuingBody, Policy, SaidBy, Stage, Target
from tests.graphs import facts, graph
from tests.readings import make_block, make_read_article, make_reading, settle

pytestmark = pytest.mark.django_db

NUMBERS = (222, 228, 231, 241)


def policy(title):
    return Policy.objects.standing().get(title=title)


def stages(title):
    return [(stage.kind, stage.happened_on) for stage in policy(title).stages.all()]


def test_a_law_is_followed_from_draft_to_force(store_samples):
    store_samples()
    found = policy("政务数据共享条例")
    assert set(found.tellings.values_list("article__issue__total_number", flat=True)) == {228, 231, 241}
    assert {kind for kind, _ in stages("政务数据共享条例")} == {"草案", "发布", "施行"}
    assert (Stage.Kind.IN_FORCE, date(2025, 8, 1)) in stages("政务数据共享条例")
    assert [body.name for body in found.bodies.all()] == ["国务院"]
    assert [region.short_name for region in found.regions.all()] == ["中国"]


def test_two_policies_that_go_by_one_short_name_stay_two(store_samples):
    store_samples()
    assert policy("人脸识别技术应用安全管理办法").tellings.count() == 2
    assert policy("个人信息保护合规审计管理办法").tellings.count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("order", [NUMBERS[::-1], (231, 222, 241, 228), (241, 228, 222, 231)])
def test_any_order_of_storing_gives_the_same_graph(store_samples, order, in_order):
    store_samples(*order)
    assert graph() == in_order[0]
    assert facts() == in_order[1]


IN_ORDER = []


@pytest.fixture
def in_order(store_samples):
    """What is known when the issues come in their order: worked out once, in a transaction that is undone."""
    if not IN_ORDER:
        with transaction.atomic():
            store_samples(*NUMBERS)
            IN_ORDER.append((graph(), facts()))
            transaction.set_rollback(True)
    return IN_ORDER[0]


def test_storing_twice_changes_nothing(store_samples, sample_readings):
    store_samples()
    before = graph(), facts(), list(Telling.objects.order_by("pk").values_list("pk", "policy", "stage"))
    rows = list(Doubt.objects.order_by("pk").values_list("pk", "message"))
    for number in NUMBERS:
        upload = Upload.objects.get(issue__total_number=number)
        settle(sample_readings[number], upload=upload)
    assert (graph(), facts()) == before[:2]
    assert list(Telling.objects.order_by("pk").values_list("pk", "policy", "stage")) == before[2]
    assert list(Doubt.objects.order_by("pk").values_list("pk", "message")) == rows


def test_reading_the_stored_text_again_finds_what_the_file_gave(store_samples):
    store_samples(222, 228)
    before = graph(), facts()
    keep([(article, None) for article in Article.objects.select_related("issue", "section")])
    assert (graph(), facts()) == before


def test_an_issue_that_is_gone_leaves_the_graph_of_the_others(store_samples, sample_readings):
    store_samples(222, 228)
    before = graph()
    settle(sample_readings[231])
    articles = list(Article.objects.filter(issue__total_number=231))
    left = set(Telling.objects.filter(article__in=articles).values_list("policy_id", flat=True))
    Article.objects.filter(issue__total_number=231).delete()
    keep([], left)
    assert graph() == before


def test_facts_keep_their_sentence_and_their_paragraph(store_samples, sample_article):
    store_samples(222)
    article = sample_article(222, 4)
    blocks = {block["id"]: block["text"] for block in article.body}
    for fact in [*article.region_facts.all(), *article.body_facts.all(), *article.target_facts.all()]:
        whole = article.title if fact.block is None else blocks[fact.block]
        assert fact.sentence.strip() in whole
        assert whole[fact.start : fact.end]
    assert article.target_facts.count() >= 3
    for fact in article.target_facts.all():
        assert fact.text in fact.sentence


def test_what_is_read_no_longer_goes_and_an_editors_word_stays(
    store_samples, sample_readings, sample_article
):
    store_samples(222)
    article = sample_article(222, 4)
    confirmed = article.body_facts.get()
    article.body_facts.filter(pk=confirmed.pk).update(said_by=SaidBy.CONFIRMED)
    reading = copy.deepcopy(sample_readings[222])
    reading["articles"][3] |= {"regions": [], "bodies": [], "documents": [], "targets": []}
    reading["articles"][3]["findings"] = {"regions": [], "bodies": []}
    settle(reading, upload=Upload.objects.get())
    assert list(article.body_facts.all()) == [confirmed]
    assert not article.region_facts.exists()
    assert not article.tellings.exists()
    assert not article.target_facts.exists()
    assert not Policy.objects.filter(title__startswith="深圳市具身智能").exists()
    assert not Target.objects.filter(text__contains="产业规模", policy=None).exists()


def test_what_an_editor_set_is_not_read_over(store_samples, sample_readings, sample_article):
    store_samples(222)
    telling = sample_article(222, 5).tellings.get()
    Telling.objects.filter(pk=telling.pk).update(
        issued_on=date(2025, 1, 20), event=Stage.Kind.ISSUED, said_by=SaidBy.HAND
    )
    settle(sample_readings[222], upload=Upload.objects.get())
    telling.refresh_from_db()
    assert (telling.issued_on, telling.event) == (date(2025, 1, 20), Stage.Kind.ISSUED)
    assert (Stage.Kind.ISSUED, date(2025, 1, 20)) in stages("江苏省数据条例")


def test_a_name_that_nobody_knows_waits_in_the_inbox(reference_tables, sample_readings, sample_article):
    reading = copy.deepcopy(sample_readings[222])
    reading["articles"][4]["findings"]["bodies"][0] |= {
        "name": "云岭数据实验院",
        "known": False,
        "printed": "云岭数据院",
    }
    settle(reading)
    name = IssuingBody.objects.inbox().get(name="云岭数据实验院")
    assert name.article_facts.get().article == sample_article(222, 5)
    doubt = Doubt.objects.get(rule=doubts.BODY, message__contains="云岭数据实验院")
    assert doubt.article == sample_article(222, 5)


@pytest.mark.parametrize("order", [(228, 231), (231, 228)])
def test_news_without_a_document_told_twice_is_proposed_at_the_later_article(
    store_samples, sample_article, order
):
    store_samples(*order)
    earlier, later = sample_article(228, 4), sample_article(231, 8)
    [pair] = LinkProposal.objects.filter(left=None)
    assert (pair.left_article, pair.right_article) == (earlier, later)
    [doubt] = Doubt.objects.filter(rule=doubts.TOLD_TWICE)
    assert doubt.article == later and "第228期第4篇" in doubt.message


def test_who_cites_a_document_before_it_is_told_cites_the_told_one_afterwards(reference_tables):
    basis = "云岭省数据要素流通若干规定"
    citing = make_read_article(1) | {
        "title": "安康市印发《安康市公共数据授权运营实施办法》",
        "body": [
            make_block(
                f"近日，安康市人民政府印发《安康市公共数据授权运营实施办法》，根据《{basis}》，对授权流程作了规定。"
            )
        ],
    }
    telling = make_read_article(1) | {
        "title": f"陕西省公布《{basis}》",
        "body": [make_block(f"3月2日，陕西省人民政府公布《{basis}》，自2025年5月1日起施行。")],
    }
    settle(make_reading(302, articles=1) | {"articles": [citing]})
    [citation] = Policy.objects.told().get().citations.all()
    assert citation.cited.title == basis and not citation.cited.tellings.exists()
    settle(make_reading(301, articles=1) | {"articles": [telling]})
    [citation] = Policy.objects.get(title="安康市公共数据授权运营实施办法").citations.all()
    assert citation.cited.tellings.count() == 1
    assert Policy.objects.filter(key=citation.cited.key).count() == 1


def test_a_document_that_many_cite_is_one(store_samples):
    store_samples()
    cited = Policy.objects.standing().filter(tellings=None)
    assert max(policy.cited_by.count() for policy in cited) > 1
    assert len({policy.key for policy in cited}) == len(cited)


def test_two_provinces_with_one_title_have_two_policies(reference_tables):
    title = "促进数据标注产业高质量发展若干措施"
    articles = [
        make_read_article(order)
        | {
            "title": f"{place}印发《{title}》",
            "body": [make_block(f"近日，{place}人民政府印发《{title}》，提出支持企业建设数据标注基地。")],
        }
        for order, place in ((1, "四川省"), (2, "云南省"))
    ]
    settle(make_reading(303, articles=2) | {"articles": articles})
    assert Policy.objects.told().filter(title=title).count() == 2


def test_a_refused_fact_does_not_come_back(store_samples, sample_readings, sample_article):
    store_samples(222)
    article = sample_article(222, 1)
    [telling] = article.tellings.all()
    Refusal.objects.create(
        article=article, kind=Refusal.Kind.DOCUMENT, key=policy(telling.name).key, label=telling.title
    )
    settle(sample_readings[222], upload=Upload.objects.get())
    assert not article.tellings.exists()
    assert not Policy.objects.told().filter(title=telling.name).exists()
