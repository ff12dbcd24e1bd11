"""An editor's decisions: what they do, that they outlast new readings, and that they can be undone."""

from datetime import date
from random import Random

import pytest

from bulletin.facts import ArticleBody, Decision, LinkProposal, Refusal, Telling
from bulletin.knowledge import curation, doubts
from bulletin.knowledge.keeping import keep
from bulletin.models import Article
from bulletin.uploads import Doubt, Upload
from policies.models import IssuingBody, Policy, SaidBy, Stage
from tests.graphs import facts, graph
from tests.makers import make_editor
from tests.readings import make_block, make_read_article, make_reading, settle

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TITLE = "云岭市低空数据共享管理办法"


@pytest.fixture
def editor():
    return make_editor()


def policy(title):
    return Policy.objects.standing().get(title=title)


def read_all_again():
    keep([(article, None) for article in Article.objects.select_related("issue", "section")])


def story(number, place, sentence, title=TITLE):
    """An issue of one article that tells of a document."""
    article = make_read_article(1) | {
        "title": f"{place}发布《{title}》",
        "body": [make_block(sentence.format(title=title))],
    }
    settle(make_reading(number, articles=1) | {"articles": [article]})
    return Article.objects.get(issue__total_number=number)


@pytest.fixture
def likely(reference_tables):
    """Two articles on documents whose titles differ in a few words: a pair that waits for an editor."""
    story(
        301,
        "江苏省",
        "近日，江苏省数据局就《江苏省数据产品登记管理暂行办法（征求意见稿）》公开征求意见。",
        "江苏省数据产品登记管理暂行办法（征求意见稿）",
    )
    story(
        305,
        "江苏省",
        "近日，江苏省工业和信息化厅印发《江苏省数据产品登记管理办法》。",
        "江苏省数据产品登记管理办法",
    )
    return LinkProposal.objects.open().get()


def test_a_likely_pair_waits_and_is_doubted_at_the_later_article(likely):
    assert likely.left.policy != likely.right.policy
    doubt = Doubt.objects.get(rule=doubts.SAME_POLICY)
    assert doubt.issue.total_number == 305
    assert "第301期第1篇" in doubt.message and "征求意见 → 发布" in doubt.message


def test_an_accepted_pair_is_one_policy_and_stays_one(likely, editor):
    before = graph(), facts()
    row = curation.accept_link(likely, by=editor)
    found = Telling.objects.get(pk=likely.right_id).policy
    assert found.tellings.count() == 2
    assert [stage.kind for stage in found.stages.all()].count("发布") == 1
    assert Doubt.objects.get(rule=doubts.SAME_POLICY).settled_at
    read_all_again()
    assert found.tellings.count() == 2
    curation.undo(row.pk, by=editor)
    assert (graph(), facts()) == before
    assert Doubt.objects.get(rule=doubts.SAME_POLICY).settled_at is None
    assert LinkProposal.objects.open().count() == 1


def test_a_refused_pair_stays_two_whatever_is_read_again(likely, editor):
    row = curation.refuse_link(likely, by=editor)
    assert not LinkProposal.objects.open().exists()
    assert Doubt.objects.get(rule=doubts.SAME_POLICY).settled_at
    read_all_again()
    likely.refresh_from_db()
    assert (likely.state, likely.said_by) == (LinkProposal.State.REFUSED, SaidBy.HAND)
    assert Policy.objects.told().count() == 2
    curation.undo(row.pk, by=editor)
    assert LinkProposal.objects.open().get() == likely


def test_policies_that_are_merged_leave_an_address_that_leads_on(store_samples, editor):
    store_samples()
    before = graph(), facts()
    into, other = policy("江苏省数据条例"), policy("甘肃省数据条例")
    row = curation.merge_policies(other, into, by=editor)
    other.refresh_from_db()
    assert other.merged_into == into
    assert into.tellings.count() == 2
    read_all_again()
    assert into.tellings.count() == 2
    curation.undo(row.pk, by=editor)
    other.refresh_from_db()
    assert other.merged_into is None
    assert (graph(), facts()) == before
    read_all_again()
    assert (graph(), facts()) == before


def test_a_document_that_is_only_cited_can_be_merged_into_one_that_is_told(store_samples, editor):
    store_samples()
    before = graph()
    cited = Policy.objects.standing().filter(tellings=None).exclude(cited_by=None).first()
    citing = set(cited.cited_by.values_list("policy__title", flat=True))
    into = policy("江苏省数据条例")
    row = curation.merge_policies(cited, into, by=editor)
    assert citing <= set(into.cited_by.values_list("policy__title", flat=True))
    read_all_again()
    assert citing <= set(into.cited_by.values_list("policy__title", flat=True))
    curation.undo(row.pk, by=editor)
    assert graph() == before


def test_a_split_policy_stays_split_and_can_be_put_together_again(store_samples, editor):
    store_samples()
    before = graph(), facts()
    whole = policy("政务数据共享条例")
    out = whole.tellings.get(article__issue__total_number=228)
    row = curation.split_policy(whole, [out.pk], by=editor)
    assert whole.tellings.count() == 2
    assert Policy.objects.told().filter(title="政务数据共享条例").count() == 2
    read_all_again()
    assert whole.tellings.count() == 2
    curation.undo(row.pk, by=editor)
    assert whole.tellings.count() == 3
    assert (graph(), facts()) == before
    assert Policy.objects.filter(title="政务数据共享条例").count() == 1


@pytest.mark.parametrize("wanted", ["none", "all"])
def test_a_split_leaves_and_takes_at_least_one_article(store_samples, editor, wanted):
    store_samples(228, 231)
    whole = policy("政务数据共享条例")
    tellings = [] if wanted == "none" else list(whole.tellings.values_list("pk", flat=True))
    with pytest.raises(curation.DecisionError, match="至少一篇"):
        curation.split_policy(whole, tellings, by=editor)
    assert not Decision.objects.exists()


def test_a_name_is_made_a_body(reference_tables, editor):
    name = new_name()
    row = curation.make_body(name, by=editor, name="云岭省数据实验院", level="institution")
    name.refresh_from_db()
    assert (name.name, name.state) == ("云岭省数据实验院", IssuingBody.State.KNOWN)
    assert not Doubt.objects.filter(rule=doubts.BODY, settled_at=None).exists()
    settle_with_name(302)  # the old name is known from now on
    assert not IssuingBody.objects.inbox().exists()
    assert name.article_facts.count() == 2
    curation.undo(row.pk, by=editor)
    name.refresh_from_db()
    assert (name.name, name.state) == ("云岭数据实验院", IssuingBody.State.NEW)


def test_a_name_is_merged_into_a_body(reference_tables, editor):
    name = new_name()
    into = IssuingBody.objects.get(name="国家数据局")
    before = graph(), facts()
    row = curation.merge_body(name, into, by=editor)
    assert into.article_facts.count() == 1
    assert [body.name for body in Policy.objects.told().get().bodies.all()] == ["国家数据局"]
    settle_with_name(302)
    assert into.article_facts.count() == 2
    Article.objects.filter(issue__total_number=302).delete()
    curation.undo(row.pk, by=editor)
    assert (graph(), facts()) == before
    assert IssuingBody.objects.inbox().get() == name


def test_a_name_that_is_no_body_is_not_read_again(reference_tables, editor):
    name = new_name()
    before = graph(), facts()
    row = curation.refuse_body(name, by=editor)
    settle_with_name(302)
    assert not ArticleBody.objects.filter(body=name).exists()
    assert not IssuingBody.objects.inbox().exists()
    Article.objects.filter(issue__total_number=302).delete()
    curation.undo(row.pk, by=editor)
    assert (graph(), facts()) == before


def settle_with_name(number):
    """An issue whose one article is by a body that nobody knows."""
    article = make_read_article(1) | {
        "title": f"云岭发布《{TITLE}》",
        "body": [make_block(f"近日，云岭数据实验院发布《{TITLE}》。")],
    }
    reading = make_reading(number, articles=1) | {"articles": [article]}
    from bulletin.ingestion.versions import plain
    from policies.recognition.article import details, load_names, recognise

    paragraphs = [block["text"] for block in plain(article["body"])]
    article |= details(
        recognise(article["title"], paragraphs, date(2025, 6, 1), load_names(), section=article["section"])
    )
    article["findings"]["bodies"] = [
        {
            "name": "云岭数据实验院",
            "label": "云岭数据实验院",
            "known": False,
            "act": "issued",
            "region": None,
            "level": "",
            "confidence": 0.8,
            "paragraph": 0,
            "start": 3,
            "end": 10,
            "sentence": paragraphs[0],
            "printed": "云岭数据实验院",
            "issued_jointly_by": None,
            "doubt": "",
        }
    ]
    settle(reading)


def new_name():
    settle_with_name(301)
    return IssuingBody.objects.inbox().get()


def test_confirmed_facts_outlast_a_reading_that_misses_them(store_samples, sample_article, editor):
    store_samples(222)
    article = sample_article(222, 4)
    for fact in [article.region_facts.get(), article.tellings.get(), article.target_facts.first()]:
        curation.confirm_fact(fact, by=editor)
    Article.objects.filter(pk=article.pk).update(title="另一个题目", body=[])
    article.refresh_from_db()
    keep([(article, None)])
    assert article.region_facts.get().said_by == SaidBy.CONFIRMED
    assert article.tellings.get().said_by == SaidBy.CONFIRMED
    assert article.target_facts.get().said_by == SaidBy.CONFIRMED


def test_an_article_with_a_confirmed_fact_is_kept_when_a_version_lacks_it(
    store_samples, sample_readings, sample_article, editor
):
    store_samples(222)
    curation.confirm_fact(sample_article(222, 4).region_facts.get(), by=editor)
    reading = sample_readings[222] | {"articles": sample_readings[222]["articles"][:3]}
    settle(reading, upload=Upload.objects.get())
    assert sorted(Article.objects.values_list("order", flat=True))[:3] == [1, 2, 3]
    assert Article.objects.count() == 4
    assert Article.objects.get(title=sample_readings[222]["articles"][3]["title"]).region_facts.exists()


@pytest.mark.parametrize("facts_of", ["region_facts", "body_facts", "tellings", "target_facts"])
def test_a_refused_fact_stays_away_until_that_is_undone(store_samples, sample_article, editor, facts_of):
    store_samples()
    before = graph(), facts()
    article = sample_article(222, 4)
    fact = getattr(article, facts_of).first()
    row = curation.refuse_fact(fact, by=editor)
    assert getattr(article, facts_of).filter(pk=fact.pk).count() == 0
    count = getattr(article, facts_of).count()
    read_all_again()
    assert getattr(article, facts_of).count() == count
    assert Refusal.objects.get().refused_by == editor
    curation.undo(row.pk, by=editor)
    assert not Refusal.objects.exists()
    assert (graph(), facts()) == before


def test_a_corrected_stage_stands_over_new_readings(store_samples, editor):
    store_samples()
    before = graph()
    stage = policy("江苏省数据条例").stages.get(kind=Stage.Kind.ISSUED)
    row = curation.correct_stage(stage, by=editor, kind="发布", happened_on=date(2025, 2, 28), until_on=None)
    read_all_again()
    days = [(each.kind, each.happened_on) for each in policy("江苏省数据条例").stages.all()]
    assert ("发布", date(2025, 2, 28)) in days
    assert len([kind for kind, _ in days if kind == "发布"]) == 1
    curation.undo(row.pk, by=editor)
    read_all_again()
    assert graph() == before


def test_decisions_on_the_same_rows_are_undone_last_first(store_samples, editor):
    store_samples()
    whole = policy("政务数据共享条例")
    out = whole.tellings.get(article__issue__total_number=228)
    split = curation.split_policy(whole, [out.pk], by=editor)
    out.refresh_from_db()
    merged = curation.merge_policies(out.policy, whole, by=editor)
    with pytest.raises(curation.DecisionError, match="并入"):
        curation.undo(split.pk, by=editor)
    curation.undo(merged.pk, by=editor)
    curation.undo(split.pk, by=editor)
    assert whole.tellings.count() == 3
    assert Decision.objects.filter(undone_by=editor).count() == 2
    curation.undo(split.pk, by=editor)  # again: nothing more happens
    assert whole.tellings.count() == 3


def test_whatever_editors_do_can_be_undone_to_where_it_began(store_samples, editor):
    store_samples()
    before = graph(), facts()
    random = Random(0)  # noqa: S311 which acts, no secret
    made = [row for row in (any_act(random, editor) for _ in range(8)) if row]
    assert len(made) >= 4
    for row in reversed(made):
        curation.undo(row.pk, by=editor)
    assert (graph(), facts()) == before
    read_all_again()
    assert (graph(), facts()) == before


def any_act(random, editor):
    """One act that an editor might do now; None where there is nothing to do it to."""
    standing = list(Policy.objects.told().order_by("pk"))
    act = random.choice(["merge", "split", "refuse", "confirm", "link", "body", "stage"])
    try:
        if act == "merge":
            return curation.merge_policies(*random.sample(standing, 2), by=editor)
        if act == "split":
            many = [each for each in standing if each.tellings.count() > 1]
            whole = random.choice(many)
            return curation.split_policy(whole, [random.choice(list(whole.tellings.all())).pk], by=editor)
        if act == "body":
            names = list(IssuingBody.objects.filter(article_facts__isnull=False).distinct().order_by("pk"))
            return curation.merge_body(*random.sample(names, 2), by=editor)
        if act == "link":
            pair = random.choice(list(LinkProposal.objects.order_by("pk")))
            return random.choice([curation.accept_link, curation.refuse_link])(pair, by=editor)
        if act == "stage":
            stage = random.choice(list(Stage.objects.order_by("pk")))
            day = date(2025, random.randint(1, 12), random.randint(1, 28))
            return curation.correct_stage(stage, by=editor, kind=stage.kind, happened_on=day, until_on=None)
        article = random.choice(list(Article.objects.exclude(tellings=None).order_by("pk")))
        of = random.choice(["region_facts", "body_facts", "tellings", "target_facts"])
        found = list(getattr(article, of).all())
        chosen = random.choice(found) if found else None
        if chosen is None:
            return None
        return (curation.refuse_fact if act == "refuse" else curation.confirm_fact)(chosen, by=editor)
    except curation.DecisionError:
        return None
