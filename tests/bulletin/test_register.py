"""The register: what readers may know, kept up by whoever changes facts."""

from datetime import date

import pytest

from bulletin import register
from bulletin.models import Article
from bulletin.register import PolicyEntry, TargetEntry
from policies.models import SaidBy, Stage, Topic
from tests.makers import make_article, make_issue
from tests.tellings import make_target, make_telling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_tables")]


@pytest.fixture
def told():
    article = make_article(make_issue(230), title="贵阳发布《示例市数据登记办法》")
    return make_telling(article, "示例市数据登记办法", on=date(2025, 3, 1), places=("guizhou/guiyang",))


def entry():
    return PolicyEntry.objects.get()


def test_an_entry_knows_its_province_and_all_around(told):
    assert entry().tops == ["520000"]
    assert set(entry().places) == {"520100", "520000", "100000"}
    assert (entry().stage, entry().stage_on, entry().instrument_on) == (
        "发布",
        date(2025, 3, 1),
        date(2025, 3, 1),
    )


def test_a_draft_issue_is_not_in_the_register(told):
    told.article.issue.withdraw()
    assert not PolicyEntry.objects.exists()
    told.article.issue.publish()
    assert entry().policy_id == told.policy_id


def test_what_a_draft_issue_tells_of_a_public_policy_is_not_known(told):
    draft = make_article(make_issue(231, published=False))
    make_telling(
        draft,
        "示例市数据登记管理办法全文",
        event="施行",
        on=date(2025, 5, 1),
        policy=told.policy,
        number="示发〔2025〕9号",
    )
    told.policy.title, told.policy.number = "示例市数据登记管理办法全文", "示发〔2025〕9号"
    told.policy.save()
    register.refresh([draft])
    assert (entry().stage, entry().title, entry().number, entry().article_count) == (
        "发布",
        "示例市数据登记办法",
        "",
        1,
    )
    assert len(entry().stages) == 1
    draft.issue.publish()
    assert (entry().stage, entry().number, entry().article_count) == ("施行", "示发〔2025〕9号", 2)


def test_an_article_that_is_taken_down_counts_no_more(told):
    target = make_target(told.article)
    assert TargetEntry.objects.get().target == target
    told.article.take_down("来源要求撤下")
    assert not PolicyEntry.objects.exists() and not TargetEntry.objects.exists()
    told.article.restore()
    assert PolicyEntry.objects.exists() and TargetEntry.objects.exists()


def test_a_merged_policy_has_no_entry(told):
    other = make_telling(make_article(make_issue(232)), "示例市数据登记规定")
    assert PolicyEntry.objects.count() == 2
    other.policy.tellings.update(policy=told.policy)
    other.policy.lead_on(told.policy_id)
    register.refresh(policies=[told.policy_id, other.policy_id])
    assert entry().article_count == 2


def test_an_editors_stage_is_shown_without_an_article(told):
    Stage.objects.create(policy=told.policy, kind="废止", happened_on=date(2026, 1, 1), said_by=SaidBy.HAND)
    register.refresh(policies=[told.policy_id])
    assert entry().stage == "废止"


def test_a_draft_is_no_rule():
    make_telling(make_article(make_issue(230)), event="征求意见", on=date(2025, 1, 2), until=date(2025, 2, 2))
    assert entry().instrument_on is None and entry().began_on == date(2025, 1, 2)


def test_topics_come_from_titles_and_from_what_the_article_mainly_tells(told):
    assert entry().topics == []
    article = make_article(make_issue(233), title="示例省公布算力券办法", body=["算力。" * 5])
    register.tag([article])
    make_telling(article, "示例省服务券办法", on=date(2025, 4, 1))
    power = Topic.objects.get(slug="computing-power")
    assert PolicyEntry.objects.get(title="示例省服务券办法").topics == [power.pk]
    assert list(article.topics.all()) == [power]


def test_new_words_sort_all_articles_anew(told):
    topic = Topic.objects.create(name="登记", slug="registration", words=["登记"], order=99)
    register.apply_topics(Article.objects.all())
    assert entry().topics == [topic.pk] and list(topic.articles.all()) == [told.article]
    before = list(PolicyEntry.objects.values_list("policy", "topics"))
    register.apply_topics(Article.objects.all())
    assert list(PolicyEntry.objects.values_list("policy", "topics")) == before
    topic.words = ["公证"]
    topic.save()
    register.apply_topics(Article.objects.all())
    assert entry().topics == [] and not topic.articles.exists()


def test_refreshing_twice_changes_nothing(told):
    make_target(told.article)
    fields = [field.name for field in PolicyEntry._meta.concrete_fields if field.name != "updated_at"]
    before = list(PolicyEntry.objects.values(*fields))
    register.refresh([told.article])
    register.rebuild()
    assert list(PolicyEntry.objects.values(*fields)) == before and TargetEntry.objects.count() == 1
