"""What articles tell, made directly: policies with their stages, bodies, places and targets."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from bulletin import register
from bulletin.facts import ArticleBody, ArticleRegion, ArticleTarget, Telling
from bulletin.models import Article
from policies.models import IssuingBody, Policy, PolicyBody, Stage, Target
from policies.recognition.titles import linking_key
from regions.models import Region

_waiting: list[Article] | None = None


@contextmanager
def told_together() -> Iterator[None]:
    """What articles tell inside stands in the register at its end, written once and not each time."""
    global _waiting
    _waiting = []
    try:
        yield
        register.refresh({article.pk: article for article in _waiting}.values())
    finally:
        _waiting = None


def _enter(article: Article) -> None:
    if _waiting is None:
        register.refresh([article])
    else:
        _waiting.append(article)


def make_telling(
    article: Article,
    title: str = "示例省数据登记办法",
    *,
    event: str = "发布",
    on: date | None = None,
    until: date | None = None,
    policy: Policy | None = None,
    places: tuple[str, ...] = (),
    bodies: tuple[str, ...] = (),
    **fields,
) -> Telling:
    """An article's word on a policy. places: addresses (guizhou); bodies: names, known ones or new."""
    for order, path in enumerate(places, 1):
        region = Region.objects.get(path=path)
        ArticleRegion.objects.get_or_create(article=article, region=region, defaults={"order": order})
    policy = policy or Policy.objects.create(title=title, key=linking_key(title))
    policy.regions.add(*Region.objects.filter(path__in=places))
    for order, name in enumerate(bodies, 1):
        body = IssuingBody.objects.filter(name=name).first() or IssuingBody.objects.create(
            name=name, state="known"
        )
        ArticleBody.objects.get_or_create(article=article, body=body, defaults={"order": order})
        PolicyBody.objects.get_or_create(policy=policy, body=body, defaults={"order": order})
    stage, _ = Stage.objects.get_or_create(
        policy=policy, kind=event, happened_on=on, defaults={"until_on": until}
    )
    fields.setdefault("headline", True)
    telling = Telling.objects.create(
        article=article,
        policy=policy,
        stage=stage,
        title=title,
        name=title,
        event=event,
        comments_until=until,
        **{"effective_on" if event == "施行" else "issued_on": on},
        **fields,
    )
    _enter(article)
    return telling


def make_target(article: Article, indicator: str = "数据产业规模", **fields) -> Target:
    """A target that the article's first paragraph states, under the policy that the article tells of."""
    telling = article.tellings.first()
    fields = {"value": "500", "low": 500, "unit": "亿元", "due_year": 2027, "text": "到2027年", **fields}
    target = Target.objects.create(policy=telling and telling.policy, indicator=indicator, **fields)
    ArticleTarget.objects.create(article=article, target=target, block=1, sentence="到2027年要达到这个规模。")
    _enter(article)
    return target
