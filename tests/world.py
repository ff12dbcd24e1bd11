"""A portal with one object of each kind that an address is about, for the walks over the role table."""

import re
from datetime import date

from django.urls import NoReverseMatch, reverse

from bulletin.batches import Batch
from bulletin.editing.arrangement import Arrangement
from bulletin.facts import ArticleBody, ArticleRegion, Decision, LinkProposal
from bulletin.models import Article
from bulletin.outbox.records import Delivery, OutboxMessage
from bulletin.publishing import previews
from bulletin.uploads import Doubt
from policies.models import IssuingBody, Policy, TargetNote, Topic
from regions.models import Region
from tests.makers import make_article, make_issue
from tests.readings import make_reading, settle
from tests.roles import ADMIN, addresses, rule
from tests.tellings import make_target, make_telling

BODY = "这一句只在正文里出现，提要里没有它。"


def build():
    """What a row of the table is about → the arguments of its address. Wants the reference tables."""
    issue = make_issue(237)
    article = make_article(issue, body=[BODY], summary="编辑写的提要。")
    body = IssuingBody.objects.create(name="示例市数据局", state="known")
    policy = Policy.objects.create(title="示例市数据条例")
    telling = make_telling(
        article, policy.title, policy=policy, places=("guizhou",), bodies=(body.name,), on=date(2025, 7, 1)
    )
    target = make_target(article)
    other = make_article(issue)
    new = IssuingBody.objects.create(name="某某院")  # not confirmed by an editor yet
    ArticleBody.objects.create(article=other, body=new, sentence="某某院说。")
    upload = settle(make_reading(300))
    draft = Article.objects.get(issue__total_number=300, order=1)
    fact = ArticleRegion.objects.create(article=draft, region=Region.objects.get(path="guizhou"), order=1)
    link = previews.make(draft.issue, None, 7)
    batch = Batch.objects.create(origin=Batch.Origin.UPLOAD)
    batch.add(upload, upload.name, is_new=True)
    note = TargetNote.objects.create(target=target, reported_on=date(2025, 7, 1), text="已过半")
    decision = Decision.objects.create(
        act=Decision.Act.MAKE_BODY, summary="", before={"rows": [], "articles": []}
    )
    message = OutboxMessage.objects.create(
        kind="issue.published", key="1", payload={"title": "总第237期发布"}
    )
    doubt = Doubt.objects.create(upload=upload, issue=draft.issue, rule="x", severity="low", message="？")
    return {
        "": {},
        "article": {"total_number": 237, "article_number": 1, "number": 1, "form": "bib"},
        "section": {"slug": "guoce"},
        "region": {"path": "guizhou"},
        "body": {"pk": body.pk},
        "name": {"pk": new.pk},
        "policy": {"pk": policy.pk},
        "topic": {"slug": "computing-power"},
        "nowhere": {"rest": "nowhere"},
        "upload": {"pk": upload.pk, "number": 1},
        "batch": {"pk": batch.pk},
        "draft": {"total_number": 300, "article_number": 1},
        "preview": {"pk": link.pk, "token": previews.token_of(link), "article_number": 1, "number": 1},
        "issue version": {"total_number": 300, "version": draft.issue.versions.first().pk},
        "checked": {"pk": draft.pk, "version": draft.versions.first().pk},
        "arrangement": {"pk": Arrangement.objects.create(issue=draft.issue, act="reorder", summary="").pk},
        "stage": {"pk": telling.stage.pk},
        "proposal": {"pk": LinkProposal.objects.create(left_article=article, right_article=other).pk},
        "issue doubt": {"pk": doubt.pk},
        "telling": {"pk": telling.pk},
        "fact": {"kind": "region", "pk": fact.pk},
        "decision": {"pk": decision.pk},
        "desk topic": {"pk": Topic.objects.first().pk},
        "target": {"pk": target.pk},
        "note": {"pk": note.pk},
        "delivery": {"pk": Delivery.objects.create(message=message, receiver="某处").pk},
    }


def located(world):
    """(key, address) of every address, with the arguments that its row names."""
    for key, route, pattern in addresses():
        if (row := rule(key)) is None:
            continue  # told by name in a test of its own
        if key.startswith(ADMIN):
            # Rows need not be there: who may not enter is refused before anything is looked up.
            yield key, "/" + re.sub(r"<[^>]+>|\^?\(\?P<.*$", "1", route)
            continue
        arguments = {name: world[row.about].get(name) for name in pattern.pattern.converters or ()}
        if row.about == "nowhere":
            arguments = world[row.about]
        try:
            yield key, reverse(key, kwargs=arguments)
        except NoReverseMatch as error:
            raise AssertionError(f"{key}: its row in tests/roles.py is about {row.about!r}") from error
