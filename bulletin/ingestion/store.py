"""From a kept file to rows: read it, compare with what stands, write. The only stage with a database."""

import hashlib
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from bulletin.ingestion import sandbox
from bulletin.ingestion.errors import UnreadableFile
from bulletin.ingestion.sequence import Numbered, out_of_step
from bulletin.ingestion.versions import (
    Merged,
    article_fields,
    issue_fields,
    merge,
    number_blocks,
    pair_articles,
    plain,
    relocate,
)
from bulletin.knowledge import doubts as knowledge_doubts
from bulletin.knowledge.keeping import keep
from bulletin.knowledge.memory import REMOVED
from bulletin.knowledge.recording import has_editors_word
from bulletin.models import Article, Issue, Section
from bulletin.uploads import Doubt, Upload

logger = logging.getLogger(__name__)

OUT_OF_STEP = "number-out-of-step"
STORE_LOCK = 0x71  # the class of the advisory lock under which readings are stored
PROGRESS_SECONDS = 0.4  # how often at most the row is told how far the reading is


class Overtaken(Exception):  # noqa: N818  a turn of events
    """The row belongs to a later attempt, or was stopped: whatever this one has read is not wanted."""


class ChangedMeanwhile(Exception):  # noqa: N818  a turn of events
    """What would change is not what the editor was shown."""


def ingest(upload_id: int) -> None:
    """Read a queued file and store it. Doing it twice, or two at once, is doing it once."""
    upload = Upload.objects.claim(upload_id)
    if upload is None:
        return
    with Heart(upload) as heart:
        try:
            reading = sandbox.read_issue(
                Path(upload.original.path),
                settings.READING_LIMITS,
                name=upload.name,
                most_bytes=settings.MAX_UPLOAD_MB << 20,
                report=heart.report,
                watch=heart.watch,
            )
            heart.report("storing", 0, 1, [])
            settle(upload, reading)
        except Overtaken:
            logger.warning("upload %s: attempt %s was overtaken", upload.pk, upload.attempt)
        except UnreadableFile as error:
            upload.fail(error.code, error.message)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the row is put back by `requeue_lost` when it is there again
        except Exception:
            logger.exception("upload %s: attempt %s failed", upload.pk, upload.attempt)
            upload.fail(
                "internal", "处理程序自己出了错，原因已记入日志。文件还在：可以重试；再出错请交给管理员。"
            )


class Heart:
    """Signs of life of a reading, by a thread of its own, and how far it is."""

    def __init__(self, upload: Upload):
        self.upload = upload
        self.told_at = 0.0
        self.progress: dict = {"steps": [], "stage": "", "done": 0, "total": 0, "titles": []}
        self.stopped = threading.Event()
        self.overtaken = False
        self.thread = threading.Thread(target=self._beat, name=f"heart-{upload.pk}", daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def report(self, stage: str, done: int, total: int, titles: list[str]) -> None:
        """Tell the row how far the reading is; each stage at once, within a stage now and then."""
        steps = self.progress["steps"]
        begins = stage not in [name for name, _ in steps]
        if begins:
            steps.append([stage, timezone.now().isoformat()])
        self.progress.update(stage=stage, done=done, total=total)
        self.progress["titles"] += titles
        if begins or done == total or time.monotonic() - self.told_at > PROGRESS_SECONDS:
            self.told_at = time.monotonic()
            if not self.upload.beat(progress=self.progress):
                raise Overtaken

    def watch(self) -> None:
        """Ends a reading that was stopped, or that another attempt has taken over."""
        if self.overtaken:
            raise Overtaken

    def _beat(self) -> None:
        while not self.stopped.wait(settings.HEARTBEAT_SECONDS):
            try:
                self.overtaken = not self.upload.beat()
            except DatabaseError:
                logger.warning("upload %s: no sign of life could be given", self.upload.pk)
            finally:
                connection.close()  # this thread's own


def settle(upload: Upload, reading: dict) -> None:
    """Write a reading in one transaction, or keep it for an editor to decide. Raises Overtaken."""
    reading = dict(reading)
    text = reading.pop("text", "")  # long, and wanted only where lines are quoted
    with transaction.atomic():
        row = upload.mine().select_for_update().first()
        if row is None:
            raise Overtaken
        row.reading, row.text = reading, text
        row.issue = _lock_issue(reading)
        found = compare(row.issue, reading)
        if _needs_decision(row, found):
            row.state = Upload.State.WAITING
            row.counts = found.counts()
        else:
            _write(row, found)
        row.finished_at = timezone.now()
        row.save()


def adopt(upload_id: int, ticked: Collection[str], shown: str) -> Upload:
    """Let a waiting version stand, an editor's corrections excepted where they are not ticked.

    `ticked` holds keys of `Comparison`, `shown` its fingerprint as the editor saw it: raises ChangedMeanwhile
    if something changed since. A version that already stands is left alone.
    """
    with transaction.atomic():
        row = Upload.objects.select_for_update().get(pk=upload_id)
        if row.state != Upload.State.WAITING:
            return row
        row.issue = _lock_issue(row.reading)
        if compare(row.issue, row.reading).fingerprint() != shown:
            raise ChangedMeanwhile
        _write(row, compare(row.issue, row.reading, ticked))
        row.save()
        return row


def discard(upload_id: int) -> bool:
    """Lay a waiting version aside. The file and its reading are kept."""
    waiting = Upload.objects.filter(pk=upload_id, state=Upload.State.WAITING)
    return bool(waiting.update(state=Upload.State.DISCARDED))


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """One article in both versions. Without `article` it is new, without `reading` it is gone."""

    article: Article | None
    reading: dict | None
    fields: list[Merged]
    kept: bool = False  # gone from the reading, and kept: an editor's hand is on it, or it was public

    @property
    def key(self) -> str:
        """The article's name in a form: of its row, or of its place in the reading."""
        return str(self.article.pk) if self.article else f"new{self.reading['order']}"

    @property
    def title(self) -> str:
        return self.reading["title"] if self.reading else self.article.title

    @property
    def outcome(self) -> str:
        if self.article is None:
            return "created"
        if self.reading is None:
            return "kept" if self.kept else "removed"
        if any(field.changes for field in self.fields):
            return "updated"
        return "kept" if any(not field.taken for field in self.fields) else "unchanged"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a reading would change in what stands."""

    reading: dict
    issue: list[Merged]
    articles: list[ArticleChange]

    def counts(self) -> dict[str, int]:
        """Articles by outcome: created, updated, unchanged, kept as edited, removed."""
        return dict(Counter(change.outcome for change in self.articles))

    @property
    def changes_nothing(self) -> bool:
        settled = all(change.outcome in ("unchanged", "kept") for change in self.articles)
        fields = self.issue + [field for change in self.articles for field in change.fields]
        return settled and not any(field.changes or field.conflict for field in fields)

    def fingerprint(self) -> str:
        """Changes with anything that an editor would be shown."""
        shown = [[field.name, field.old, field.new] for field in self.issue]
        for change in self.articles:
            fields = [[field.name, field.old, field.new] for field in change.fields]
            shown.append([change.key, change.kept, fields])
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def compare(issue: Issue | None, reading: dict, ticked: Collection[str] = ()) -> Comparison:
    """Set a reading beside the issue as it stands.

    Keys to be ticked: `issue:<field>`, `<article>:<field>`, `<article>:gone` (not in an issue once public).
    """
    new_issue = issue_fields(reading)
    if issue is None or issue.pk is None:
        created = [ArticleChange(None, article, []) for article in reading["articles"]]
        return Comparison(reading, [], created)
    standing = list(issue.articles.select_related("section"))
    pairs = pair_articles(
        [
            {
                "order": article.reading.get("order", article.order),
                "titles": [article.title, article.reading.get("title", article.title)],
                "source_url": article.source_url,
                "body": article.body,
            }
            for article in standing
        ],
        reading["articles"],
    )
    changes = []
    taken_out = _taken_out(issue, [each for at, each in enumerate(reading["articles"]) if at not in pairs])
    for index, article in enumerate(reading["articles"]):
        if article["order"] in taken_out:
            continue
        if index in pairs:
            row = standing[pairs[index]]
            fields = merge(_standing(row), row.reading, article_fields(article), _names(ticked, str(row.pk)))
            changes.append(ArticleChange(row, article, fields))
        else:
            changes.append(ArticleChange(None, article, []))
    for index, row in enumerate(standing):
        if index not in pairs.values():
            # What was public is never deleted: its address must go on to say what became of it
            kept = bool(issue.published_at) or (_is_edited(row) and f"{row.pk}:gone" not in ticked)
            changes.append(ArticleChange(row, None, [], kept=kept))
    issue_changes = merge(_standing_issue(issue), issue.reading, new_issue, _names(ticked, "issue"))
    return Comparison(reading, issue_changes, changes)


def _taken_out(issue: Issue, unknown: list[dict]) -> set[int]:
    """Which of the articles that a reading has anew an editor deleted or joined to another: their orders.

    They come back by undoing that act, not by reading the file again.
    """
    acts = issue.arrangements.filter(undone_at=None).values_list("rows", flat=True) if unknown else []
    kind = Article._meta.label_lower
    gone = [row["fields"] for rows in acts for row in rows if (row["model"], row["how"]) == (kind, REMOVED)]
    known = [
        {
            "order": fields["reading"].get("order", fields["order"]),
            "titles": [fields["title"], fields["reading"].get("title", fields["title"])],
            "source_url": fields["source_url"],
            "body": fields["body"],
        }
        for fields in gone
    ]
    return {unknown[there]["order"] for there in pair_articles(known, unknown)}


def _lock_issue(reading: dict) -> Issue | None:
    """The issue that a reading is of, if there is one.

    Until the transaction ends nobody else stores any issue: neighbours are held against each other, and two
    that were stored at once would not see one another.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [STORE_LOCK])
    return Issue.objects.select_for_update().filter(total_number=reading["total_number"]).first()


def _needs_decision(upload: Upload, found: Comparison) -> bool:
    """Whether a person must look first: another version of what stands, or something that is public."""
    issue = upload.issue
    if issue is None or found.changes_nothing:
        return False
    return issue.read_from_id != upload.pk or issue.state == Issue.State.PUBLISHED


def _write(upload: Upload, found: Comparison) -> None:
    reading = found.reading
    issue = upload.issue or Issue(total_number=reading["total_number"])
    new = issue_fields(reading)
    taken = {field.name: field.new for field in found.issue if field.taken} if upload.issue else new
    for name, value in taken.items():
        setattr(issue, name, date.fromisoformat(value) if name == "issued_on" else value)
    issue.reading, issue.issued_on = new, _as_date(issue.issued_on)
    issue.read_from = upload
    issue.save()
    issue.refresh_from_db(
        fields=["state", "publish_at"]
    )  # what is said anew of the issue takes back an approval
    orders = _orders(issue, found)
    sections = {section.name: section for section in Section.objects.all()}
    doubts = [(None, doubt) for doubt in reading.get("doubts", [])]
    written: list[tuple[Article, dict | None]] = []
    left_policies: set[int] = set()
    for change, order in zip(found.articles, orders, strict=True):
        if change.outcome == "removed":
            left_policies |= set(change.article.policies.values_list("pk", flat=True))
            change.article.delete()
            continue
        article = _write_article(issue, change, order, sections)
        written.append((article, change.reading))
        if change.reading:
            doubts += [(article, doubt) for doubt in change.reading.get("doubts", [])]
    upload.issue, upload.state, upload.counts = issue, Upload.State.READ, found.counts()
    upload.error = upload.error_message = ""
    _write_doubts(upload, issue, doubts)
    refresh_sequence(issue)
    keep(written, left_policies)


def _orders(issue: Issue, found: Comparison) -> list[int]:
    """The place of each article in the list.

    It is that of the reading as long as nobody outside has seen the issue and no editor arranged its
    articles; from then on each keeps its own, a new one comes last, and so does a kept one. Addresses don't
    depend on it: see `bulletin.addresses`.
    """
    settled = issue.published_at or issue.arrangements.filter(undone_at=None).exists()
    standing = [change.article.order for change in found.articles if change.article]
    used = max(standing, default=0)
    if not settled:
        used = max(used, len(found.reading["articles"]))
    orders = []
    for change in found.articles:
        if change.article and (settled or not change.reading):
            order = change.article.order
            if not settled and order <= len(found.reading["articles"]):
                order = used = used + 1
        elif settled:
            order = used = used + 1
        else:
            order = change.reading["order"]
        orders.append(order)
    return orders


def _write_article(issue: Issue, change: ArticleChange, order: int, sections: dict[str, Section]) -> Article:
    article = change.article or Article(issue=issue)
    article.order = order
    if change.reading is None:
        article.reading = {}  # the machine knows nothing of it any more: from now on it is the editor's
        article.save()
        return article
    new = article_fields(change.reading)
    taken = {field.name: field.new for field in change.fields if field.taken} if change.article else new
    for name, value in taken.items():
        if name == "section":
            article.section = sections[value]
        elif name != "body":
            setattr(article, name, value)
    blocks = change.reading["body"]
    if "body" in taken:
        article.body, article.last_block_id = number_blocks(article.body, blocks, article.last_block_id)
    else:
        article.body = relocate(article.body, blocks)
    if any(field.changes for field in change.fields):  # what was checked is no longer what stands
        article.checked_at = article.checked_by = None
    article.places = change.reading.get("places") or {}
    article.reading = {**new, "order": change.reading["order"]}
    article.save()
    return article


def _write_doubts(upload: Upload, issue: Issue, doubts: list[tuple[Article | None, dict]]) -> None:
    """Bring the issue's doubts up to the reading. What an editor has settled stays settled."""
    known = {
        (doubt.rule, doubt.article_id, doubt.field, doubt.message, doubt.evidence): doubt
        for doubt in issue.doubts.exclude(rule__in=[OUT_OF_STEP, *knowledge_doubts.RULES])
    }
    for article, doubt in doubts:
        key = (
            doubt["rule"],
            article and article.pk,
            doubt.get("field", ""),
            doubt["message"],
            doubt.get("evidence", ""),
        )
        row = known.pop(key, None) or Doubt(
            rule=key[0], article=article, field=key[2], message=key[3], evidence=key[4], issue=issue
        )
        row.upload, row.severity = upload, doubt["severity"]
        row.proposal, row.place = doubt.get("proposal", ""), doubt.get("place")
        row.save()
    outdated = [doubt.pk for doubt in known.values() if doubt.settled_at is None]
    Doubt.objects.filter(pk__in=outdated).delete()


def refresh_sequence(issue: Issue) -> None:
    """Doubt the numbers of an issue and of its neighbours where they don't agree, whichever came first."""
    for number in _neighbours(issue.total_number):
        _doubt_sequence(number)
    _doubt_sequence(issue)


def _neighbours(total_number: int) -> list[Issue]:
    earlier = Issue.objects.filter(total_number__lt=total_number).order_by("-total_number").first()
    later = Issue.objects.filter(total_number__gt=total_number).order_by("total_number").first()
    return [neighbour for neighbour in (earlier, later) if neighbour]


def _doubt_sequence(issue: Issue) -> None:
    known = {doubt.message: doubt for doubt in issue.doubts.filter(rule=OUT_OF_STEP)}
    here = _numbered(issue)
    for neighbour in _neighbours(issue.total_number):
        there = _numbered(neighbour)
        message = out_of_step(*sorted((here, there), key=lambda each: each.total_number))
        if message and known.pop(message, None) is None and issue.read_from_id:
            Doubt.objects.create(
                upload_id=issue.read_from_id,
                issue=issue,
                rule=OUT_OF_STEP,
                severity=Doubt.Severity.HIGH,
                field="number",
                message=f"{message}",
                evidence=f"{there}\n{here}",
            )
    Doubt.objects.filter(pk__in=[doubt.pk for doubt in known.values() if doubt.settled_at is None]).delete()


def _numbered(issue: Issue) -> Numbered:
    return Numbered(issue.total_number, issue.number, _as_date(issue.issued_on))


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _standing(article: Article) -> dict:
    """An article's fields as they are now, in the words of a reading."""
    return {
        "title": article.title,
        "section": article.section.name,
        "page": article.page,
        "in_contents": article.in_contents,
        "source_names": article.source_names,
        "source_url": article.source_url,
        "body": plain(article.body),
    }


def _standing_issue(issue: Issue) -> dict:
    return {
        "number": issue.number,
        "issued_on": issue.issued_on.isoformat(),
        "cover_headline": issue.cover_headline,
        "masthead": issue.masthead,
        "contents": issue.contents,
    }


def _is_edited(article: Article) -> bool:
    """Whether a person changed it, or made it."""
    standing = _standing(article)
    return bool(
        article.summary
        or article.taken_down_at
        or any(article.reading.get(name) != value for name, value in standing.items())
        or has_editors_word(article)
    )


def _names(ticked: Collection[str], key: str) -> set[str]:
    """The fields that are ticked of one article."""
    return {name for prefix, _, name in (tick.partition(":") for tick in ticked) if prefix == key}
