"""Kept counts equal what they stand for, whatever happens to the register."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from bulletin import register, tallies
from bulletin.facts import ArticleRegion
from bulletin.models import Article, Issue
from bulletin.register import PolicyEntry, TargetEntry
from bulletin.tallies import Tally
from policies.models import Stage, Topic
from regions.models import Region
from regions.tiles import TILES
from tests.makers import make_article, make_issue
from tests.tellings import make_target, make_telling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_tables")]

PLACES = ["guizhou", "guizhou/guiyang", "zhejiang", "national", "beijing", "us/tx", "de", "xizang"]
BODIES = ["国家数据局", "工业和信息化部", "贵州省大数据发展管理局"]
NATION = "100000"


def headings(entry):
    """What a policy is counted under, told in Python."""
    places = {code for code in entry.places if code != NATION}
    places |= {NATION} & set(entry.tops)
    year, month = entry.told_on.year, f"{entry.told_on:%Y-%m}"
    return {
        "*": {""},
        "w": {""} if entry.is_foreign else set(),
        "l": {""} if set(entry.tops) & set(TILES) else set(),
        "r": places,
        "b": {str(pk) for pk in entry.bodies},
        "t": {str(pk) for pk in entry.topics},
        "s": {entry.stage},
        "c": {str(pk) for pk in entry.sections},
        "m": {f"{month}|{entry.stage}"},
        "y": {f"{pk}|{year}" for pk in entry.topics},
    }


def counted():
    """Every count of policies and targets, one by one."""
    groups = {}
    for entry in PolicyEntry.objects.all():
        own = headings(entry)
        for of_scope, letters in tallies.POLICY_PAIRS.items():
            for scope in own[of_scope]:
                for letter in letters:
                    for key in own[letter]:
                        groups.setdefault((of_scope + scope, letter + key), []).append(entry)
    found = {}
    for (scope, key), entries in groups.items():
        ends = (None, None, None)
        if key[0] == "r" and scope[0] in "*tsc":
            first = min(((e.instrument_on, e.pk) for e in entries if e.instrument_on), default=(None, None))
            ends = (*first, max((e.told_on, e.pk) for e in entries)[1])
        found[scope, key] = (len(entries), *ends)
    targets = Counter()
    for target in TargetEntry.objects.all():
        targets["#", "#"] += 1
        places = {code for code in target.places if code != NATION} | {NATION} & set(target.regions)
        for place in places:
            targets[f"r{place}", f"g{target.indicator}|{target.unit}"] += 1
        if target.due_year:
            targets["#", f"d{target.due_year}"] += 1
        if target.unit:
            targets["#", f"u{target.unit}"] += 1
    return found | {pair: (number, None, None, None) for pair, number in targets.items()}


def kept():
    fields = ("number", "first_on", "first_policy", "newest_policy")
    return {
        (scope, key): tuple(rest) for scope, key, *rest in Tally.objects.values_list("scope", "key", *fields)
    }


def stock(seed, issues):
    """Issues, some of them drafts, of policies told again and again, with targets."""
    choose = random.Random(seed)  # noqa: S311
    policies = []
    for number in range(230, 230 + issues):
        issue = make_issue(number, published=number % 3 != 0)
        for _ in range(3):
            article = make_article(issue, section=choose.choice(["guoce", "difang", "chanye"]))
            again = choose.choice(policies) if policies and choose.random() < 0.4 else None
            telling = make_telling(
                article,
                again.title if again else f"{choose.choice(['公共数据', '算力', '登记'])}办法{article.pk}",
                event=choose.choice(["征求意见", "发布", "施行", "报告"]),
                on=date(2025, 1, 1) + timedelta(days=choose.randrange(200)),
                policy=again,
                places=tuple(choose.sample(PLACES, choose.randint(0, 2))),
                bodies=tuple(choose.sample(BODIES, choose.randint(0, 3))),
            )
            policies.append(telling.policy)
            if choose.random() < 0.5:
                make_target(article, f"第{article.pk}项指标", unit=choose.choice(["亿元", "个", ""]))
    return choose


def act(choose):
    """Something that happens to a portal's articles."""
    article = choose.choice(Article.objects.select_related("issue"))
    issue = article.issue
    match choose.randrange(7):
        case 0 | 1 if issue.state == Issue.State.PUBLISHED:
            issue.withdraw()
        case 0 | 1:
            issue.publish()
        case 2 if article.taken_down_at:
            article.restore()
        case 2:
            article.take_down("来源要求撤下")
        case 3:  # another place
            region = Region.objects.get(path=choose.choice(PLACES))
            ArticleRegion.objects.filter(article=article).delete()
            ArticleRegion.objects.create(article=article, region=region)
            register.refresh([article])
        case 4:  # another day, or none
            stage = choose.choice(Stage.objects.all())
            day = choose.choice([None, date(2025, 1, 1) + timedelta(days=choose.randrange(200))])
            if not Stage.objects.filter(policy=stage.policy, kind=stage.kind, happened_on=day).exists():
                Stage.objects.filter(pk=stage.pk).update(happened_on=day)
            register.refresh(policies=[stage.policy_id])
        case 5:  # other words for a topic
            Topic.objects.filter(slug="public-data").update(
                words=[choose.choice(["公共数据", "登记", "算力"])]
            )
            register.apply_topics(Article.objects.all())
        case 6 if Article.objects.count() > 6:  # what told of it goes: its entry goes by the database's hand
            told = list(article.tellings.values_list("policy_id", flat=True))
            article.delete()
            register.refresh(policies=told)


def test_whatever_happens_each_count_is_what_it_stands_for():
    choose = stock(seed=7, issues=6)
    assert kept() == counted() and len(kept()) > 200
    seen = set()
    for step in range(30):
        act(choose)
        assert kept() == counted(), step
        seen.add(len(kept()))
    assert len(seen) > 10  # much has changed indeed


def test_counts_go_back_with_their_transaction():
    stock(seed=3, issues=2)
    before = kept()
    with pytest.raises(RuntimeError), transaction.atomic():
        Issue.objects.filter(state=Issue.State.PUBLISHED).first().withdraw()
        assert kept() != before
        raise RuntimeError
    assert kept() == before


def test_the_command_mends_counts_that_were_spoilt():
    stock(seed=4, issues=2)
    right = kept()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE bulletin_tally SET number = number + 3, first_on = NULL")
        cursor.execute("DELETE FROM bulletin_tally WHERE scope = '*'")
    register.rebuild()
    assert kept() == right
