"""Public addresses: what was ever to be read at an address, and where it is to be read now.

An issue is read at its 总期号, an article at its issue's 总期号 and its own number. `Article.order` is only
the place in the list and may change at any time; `Article.number` is the article's for ever once the issue
was public. Triggers note every address that becomes public, whoever makes it so; nothing ever removes a row.

For whoever changes articles at the desk:

- two articles become one: `hand_over(article, to, at)`, then delete the one that is no more;
- an article is removed and nothing takes it over: `let_go(article, note)`, then delete it (without the note
  its address answers 410 all the same, in general words);
- it comes back, as a row that was hidden or with the number it had: `take_back(article)`;
- a new article (split off, added) needs nothing: saved without a number it gets one that was never used.

All of them want to be called inside the transaction of the act, and do nothing where nothing was public.
Why it is so: docs/decisions/0012.
"""

import pgtrigger
from django.db import models
from django.utils import timezone

WHOLE_ISSUE = 0  # stands in `number` for the issue itself

# An article's address becomes public with its issue, or when it joins or moves in one that was public.
ARTICLE_TRIGGER = pgtrigger.Trigger(
    name="note_address",
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("number", "issue_id"),
    when=pgtrigger.After,
    func="""
        INSERT INTO bulletin_publicaddress (total_number, number, issue_id, article_id, note)
        SELECT issue.total_number, NEW.number, issue.id, NEW.id, ''
        FROM bulletin_issue AS issue WHERE issue.id = NEW.issue_id AND issue.published_at IS NOT NULL
        ON CONFLICT (total_number, number) DO UPDATE SET
            issue_id = EXCLUDED.issue_id, article_id = EXCLUDED.article_id,
            note = '', gone_at = NULL, anchor = NULL;
        RETURN NULL;
    """,
)
ISSUE_TRIGGERS = [
    # Under which feeds know the issue: its first public 总期号, which a correction doesn't change.
    pgtrigger.Trigger(
        name="keep_feed_key",
        operation=pgtrigger.Insert | pgtrigger.Update,
        when=pgtrigger.Before,
        func="""
            IF TG_OP = 'UPDATE' AND OLD.feed_key IS NOT NULL THEN
                NEW.feed_key = OLD.feed_key;
            ELSIF NEW.published_at IS NOT NULL AND NEW.feed_key IS NULL THEN
                NEW.feed_key = NEW.total_number::text;
                IF EXISTS (SELECT FROM bulletin_issue AS other
                           WHERE other.feed_key = NEW.feed_key AND other.id <> NEW.id) THEN
                    NEW.feed_key = NEW.feed_key || '-' || NEW.id;
                END IF;
            END IF;
            RETURN NEW;
        """,
    ),
    # Its own address and its articles', at the first publication and when its 总期号 is corrected later. What
    # was handed over since stays so.
    pgtrigger.Trigger(
        name="note_addresses",
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("total_number", "published_at"),
        when=pgtrigger.After,
        condition=pgtrigger.Q(new__published_at__isnull=False),
        func="""
            INSERT INTO bulletin_publicaddress (total_number, number, issue_id, article_id, note)
            SELECT NEW.total_number, 0, NEW.id, NULL, ''
            UNION ALL
            SELECT NEW.total_number, article.number, NEW.id, article.id, ''
            FROM bulletin_article AS article WHERE article.issue_id = NEW.id
            ON CONFLICT (total_number, number) DO UPDATE SET
                issue_id = EXCLUDED.issue_id, article_id = EXCLUDED.article_id,
                note = '', gone_at = NULL, anchor = NULL
            WHERE bulletin_publicaddress.issue_id IS DISTINCT FROM EXCLUDED.issue_id;
            RETURN NULL;
        """,
    ),
]


class PublicAddress(models.Model):
    """One address that was public, and who answers there now: an article, an issue, or nobody any more."""

    total_number = models.PositiveIntegerField("总期号")
    number = models.PositiveSmallIntegerField("编号", default=WHOLE_ISSUE)
    # The issue whose address it is; of an article that was handed over, not the one that took it over
    issue = models.ForeignKey("Issue", models.SET_NULL, null=True, related_name="addresses")
    article = models.ForeignKey("Article", models.SET_NULL, null=True, related_name="addresses")
    # The paragraph of the article that took it over at which begins what was read here
    anchor = models.PositiveIntegerField(null=True)
    note = models.CharField("说明", max_length=300, blank=True)
    gone_at = models.DateTimeField("移去", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开过的地址"
        constraints = [
            models.UniqueConstraint(fields=["total_number", "number"], name="public_address_once"),
        ]

    def __str__(self):
        return f"/issues/{self.total_number}/" + (f"{self.number}/" if self.number else "")


def free_number(issue, wanted: int) -> int:
    """The number for a new article: the one wanted, or if it was ever used here, the next that never was."""
    used = set(issue.articles.values_list("number", flat=True))
    used |= set(PublicAddress.objects.filter(issue=issue).values_list("number", flat=True))
    return wanted if wanted not in used else max(used) + 1


def number_in_order(issue) -> None:
    """Let the numbers of an issue that never was public follow the order of its articles, from 1.

    To be called in the transaction of the first publication, before it; later it does nothing.
    """
    if issue.published_at:
        return
    for place, article in enumerate(issue.articles.order_by("order", "pk").only("number"), 1):
        if article.number != place:
            issue.articles.filter(pk=article.pk).update(number=place)


def hand_over(article, to, at: int | None = None) -> None:
    """Let every address that led to `article` lead to `to` for ever, at its paragraph `at` if told.

    What had been handed over to `article` before goes along, so no chain of redirects arises.
    """
    article.addresses.update(article=to, anchor=at, note="", gone_at=None)
    article.corrections.update(article=to)  # what was told of the one is to be read with the other


def let_go(article, note: str) -> None:
    """Let the addresses of `article` answer 410 with a public note from now on: nothing took it over."""
    article.addresses.update(article=None, anchor=None, note=note, gone_at=timezone.now())


def take_back(article) -> None:
    """Give `article` its own address again, after it was handed over or let go."""
    PublicAddress.objects.filter(total_number=article.issue.total_number, number=article.number).update(
        article=article, anchor=None, note="", gone_at=None
    )
