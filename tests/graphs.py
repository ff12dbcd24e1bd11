"""What is known, without the numbers that rows get: two databases that know the same compare equal."""

from bulletin.facts import LinkProposal
from bulletin.models import Article
from policies.models import Policy


def graph():
    """Every policy with all that hangs on it, and every pair that was proposed."""
    policies = sorted(policy_told(policy) for policy in Policy.objects.standing())
    pairs = sorted(
        (
            told(pair.left or pair.left_article),
            told(pair.right or pair.right_article),
            pair.kind,
            pair.state,
            pair.score,
        )
        for pair in LinkProposal.objects.all()
    )
    return policies, pairs


def policy_told(policy):
    return repr(
        {
            "title": policy.title,
            "kind": policy.kind,
            "number": policy.number,
            "key": policy.key,
            "valid_until": policy.valid_until,
            "issuer_count": policy.issuer_count,
            "regions": sorted(policy.regions.values_list("code", flat=True)),
            "bodies": [signature.body.name for signature in policy.signatures.all()],
            "stages": sorted(
                (
                    stage.kind,
                    str(stage.happened_on),
                    str(stage.until_on),
                    sorted(map(told, stage.tellings.all())),
                )
                for stage in policy.stages.all()
            ),
            "tellings": sorted(map(told, policy.tellings.all())),
            "citations": sorted((row.relation, row.cited.title) for row in policy.citations.all()),
            "targets": sorted(
                (target.text, target.value, target.unit, target.due_year, target.article_facts.count())
                for target in policy.targets.all()
            ),
        }
    )


def told(row):
    """An article or a telling by its place in the publication."""
    article = row if isinstance(row, Article) else row.article
    title = "" if isinstance(row, Article) else row.title
    return f"{article.issue.total_number}/{article.order}/{title}"


def facts():
    """Every article's facts, in words."""
    found = []
    for article in Article.objects.order_by("issue__total_number", "order"):
        place = told(article)
        found += [(place, "region", fact.region.code, fact.said_by) for fact in article.region_facts.all()]
        found += [
            (place, "body", fact.body.name, fact.act, fact.said_by) for fact in article.body_facts.all()
        ]
        found += [
            (place, "document", fact.title, fact.event, str(fact.issued_on), fact.number, fact.said_by)
            for fact in article.tellings.all()
        ]
        found += [
            (place, "target", fact.text, fact.target.value, fact.said_by)
            for fact in article.target_facts.all()
        ]
    return sorted(found)
