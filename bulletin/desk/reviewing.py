"""What the review screen shows: fields and paragraphs with their doubts, and the source with its regions."""

from django.urls import reverse

from bulletin import originals
from bulletin.editing import doubts, fields, figures
from bulletin.ingestion.versions import side_by_side
from bulletin.uploads import Doubt

KEYS = [
    ("N", "下一处存疑"),
    ("P", "上一处存疑"),
    ("Enter", "采纳这一处的建议"),
    ("D", "不用改，写一句理由再按 Enter"),
    ("E", "改这一处"),
    ("J", "下一篇"),
    ("K", "上一篇"),
    ("Ctrl+Enter", "标为已校，到下一篇"),
    ("Ctrl+S", "保存"),
    ("Esc", "离开输入框"),
    ("1—9", "看原件上标着这个数的地方"),
    ("/", "去查找"),
    ("?", "打开这张表"),
]
SEVERITIES = list(Doubt.Severity)
MARGIN = 2  # lines of the source shown before and behind the article
AT_HAND = {"title": "title", "source": "source_names", "source_url": "source_url", "section": "section"}
AT_HAND |= {"page": "page", "summary": "summary"}


def address_of(article, anchor=""):
    """Where an article is reviewed, at a paragraph, doubt or field of it."""
    address = reverse("review", args=[article.issue.total_number, article.number])
    return f"{address}#{anchor}" if anchor else address


def shown(article, outcome, typed, bases):
    """Everything that the template needs of the article itself.

    outcome, typed, bases: of a save that was not clean; what was typed then stands in the form.
    """
    rows = list(doubts.concerning(article).select_related("settled_by"))
    waiting = in_order(rows)
    kinds: dict[str, int] = {}
    by_home: dict[str, list] = {}
    for row in waiting:
        row.acceptable = doubts.can_accept(row)
        replaces = row.field == "body" and row.evidence and row.proposal
        row.words = doubts.quoted(row.evidence)
        row.pieces = side_by_side(row.evidence, row.proposal) if replaces else None
        if row.acceptable:
            kinds[row.rule] = kinds.get(row.rule, 0) + 1
        by_home.setdefault(_home(row, article), []).append(row)
    for row in waiting:
        row.alike = kinds.get(row.rule, 0)
    state = _State(article, outcome, typed, bases, by_home)
    blocks = [state.block(place, block) for place, block in enumerate(article.body, 1)]
    return {
        "fields": {name: state.field(name) for name in fields.PLAIN},
        "blocks": blocks,
        "general": by_home.get("", []),
        "facts": by_home.get("facts", []),
        "of_issue": by_home.get("issue", []),
        "open": waiting,
        "settled": [row for row in rows if row.settled_at is not None],
        "outcome": outcome,
        "lost": state.lost(),
        "loose_pictures": [part.picture for part in figures.pictures_of(article) if not part.id],
        "sheets": sheets(article),
        "lines": source_lines(article),
    }


def in_order(rows):
    """The open ones of some doubts, the gravest first; of one risk as the text goes, the issue's last."""
    return sorted(
        (row for row in rows if row.settled_at is None),
        key=lambda row: (
            SEVERITIES.index(row.severity),
            row.article_id is None,
            row.place["start"] if row.place else 0,
            row.pk,
        ),
    )


class _State:
    """The form's fields as they are to stand: what was typed where it was not saved, else what is kept."""

    def __init__(self, article, outcome, typed, bases, by_home):
        self.article = article
        self.conflicts = {each.name: each for each in outcome.conflicts} if outcome else {}
        self.errors = outcome.errors if outcome else {}
        self.typed, self.bases, self.by_home = typed, bases, by_home
        self.pictures = {part.id: part.picture for part in figures.pictures_of(article)}

    def field(self, name):
        value = fields.value_of(self.article, name)
        unsaved = name in self.conflicts or name in self.errors
        found = self.by_home.get(name, [])
        return {
            "name": name,
            "label": fields.label_of(name),
            "value": self.typed[name] if unsaved else value,
            "base": self.bases.get(name, "") if unsaved else value,
            "conflict": self.conflicts.get(name),
            "error": self.errors.get(name, ""),
            "doubts": found,
            "worst": found[0].severity if found else "",
        }

    def block(self, place, block):
        number = block["id"]
        return {
            "id": number,
            "place": place,
            "is_table": block["kind"] == "table" or bool(block.get("rows")),
            "kind": self.field(f"kind-{number}"),
            "text": self.field(f"block-{number}"),
            "rows": self.field(f"rows-{number}"),
            "alt": self.field(f"alt-{number}"),
            "picture": self.pictures.get(number),
            "height": min(14, max(1, -(-len(block["text"]) // 34))),
        }

    def lost(self):
        """Conflicts about paragraphs that are no more: what was typed is shown, to be copied."""
        here = {str(block["id"]) for block in self.article.body}
        return [
            each
            for name, each in self.conflicts.items()
            if "-" in name and name.partition("-")[2] not in here
        ]


def _home(doubt, article):
    """Where a doubt stands: at a field, at a paragraph, with the facts, over all; or it is the issue's."""
    if doubt.article_id is None:
        return "issue"
    if doubt.field in AT_HAND:
        return AT_HAND[doubt.field]
    if doubt.field in ("regions", "bodies", "documents", "targets"):
        return "facts"
    number = doubts.block_of(doubt, article)
    return f"block-{number}" if number else ""


def sheets(article):
    """The pages of the original that the article stands on, with its regions; none for a text."""
    upload = article.issue.read_from
    regions = originals.regions_of([article])
    shown = []
    for number in sorted({region.page for region in regions}):
        if article.sheets and number <= len(article.sheets):
            here = [region for region in regions if region.page == number]
            address = reverse("upload_page_picture", args=[upload.pk, number])
            shown.append(originals.Sheet(number, *article.sheets[number - 1], here, "", address))
    return shown


def source_lines(article):
    """The source from a little before the article to a little behind it: number, pieces, page.

    A piece is (region, text): the region is the field or paragraph that was read from it, or empty.
    """
    upload = article.issue.read_from
    text = upload.text if upload else ""
    spans = sorted(_spans(article))
    spans = [span for span in spans if span[0] < span[1] <= len(text)]
    if not spans:
        return []
    begin = text.rfind("\n", 0, spans[0][0]) + 1
    for _ in range(MARGIN):
        begin = text.rfind("\n", 0, max(0, begin - 1)) + 1
    end = max(span[1] for span in spans)
    for _ in range(MARGIN + 1):
        following = text.find("\n", end + 1)
        end = len(text) if following < 0 else following
    number = text.count("\n", 0, begin) + 1
    lines, at = [], begin
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        lines.append({"number": number, "pieces": _pieces(text, at, stop, spans)})
        at, number = stop + 1, number + 1
    return lines


def _spans(article):
    for name, places in (article.places or {}).items():
        region = AT_HAND.get(name, name)
        yield from ((place["start"], place["end"], region) for place in places)
    for block in article.body:
        for place in block.get("places") or []:
            yield place["start"], place["end"], f"block-{block['id']}"


def _pieces(text, at, stop, spans):
    pieces = []
    for start, end, region in spans:
        left, right = max(at, start), min(stop, end)
        if left >= right:
            continue
        if left > at:
            pieces.append(("", text[at:left]))
        pieces.append((region, text[left:right]))
        at = right
    if at < stop:
        pieces.append(("", text[at:stop]))
    return pieces
