"""What an article or an issue was: the versions that the database keeps, who made each, going back to one."""

from django.contrib.auth import get_user_model

from bulletin.editing import frontmatter
from bulletin.ingestion.versions import body_changes, plain, side_by_side
from bulletin.models import Article, Issue

# In the order of the screens. What is set by acts of their own is told, and not restored.
FIELDS = {
    Article: ("title", "section", "page", "source_names", "source_url", "summary", "order", "body"),
    Issue: ("total_number", *frontmatter.NAMES),
}
TOLD = {
    Article: (*FIELDS[Article], "taken_down_at", "takedown_note", "checked_at"),
    Issue: FIELDS[Issue],
}
RESTORABLE = tuple(name for name in FIELDS[Article] if name != "order") + frontmatter.NAMES
MACHINE = "解析程序"
MOST = 200


def changes(kept):
    """Its versions, the newest first, each with `who` and the `labels` of what it changed."""
    model = type(kept)
    rows = _versions(kept).select_related("pgh_context")
    versions = list(rows.order_by("-pgh_created_at", "-pk")[:MOST])
    users = {_user_id(version) for version in versions} - {None}
    names = dict(get_user_model().objects.filter(pk__in=users).values_list("pk", "username"))
    for at, version in enumerate(versions):
        before = versions[at + 1] if at + 1 < len(versions) else None
        user = _user_id(version)
        version.who = names.get(user, "已删的账号") if user else MACHINE
        version.labels = [
            label(model, name) for name in TOLD[model] if before and _differs(name, before, version)
        ]
        version.is_first = before is None and version.pgh_label == "insert"
    return versions


def _versions(kept):
    return kept.versions.select_related("section") if isinstance(kept, Article) else kept.versions.all()


def pair(kept, one, other):
    """The two versions asked for, the older first; the last two if none are. None where there are not two."""
    versions = _versions(kept)
    if str(one).isdecimal() and str(other).isdecimal() and one != other:
        found = list(versions.filter(pk__in=[one, other]).order_by("pgh_created_at", "pk"))
    else:
        found = list(versions.order_by("-pgh_created_at", "-pk")[:2])[::-1]
    return found if len(found) == 2 else None


def differences(model, old, new):
    """The fields in which two versions of an Article or an Issue differ, with what differs marked."""
    shown = []
    for name in FIELDS[model]:
        if not _differs(name, old, new):
            continue
        field = {"name": name, "label": label(model, name), "restorable": name in RESTORABLE}
        if name == "body":
            field["paragraphs"] = body_changes(old.body, new.body)
        else:
            field["old"], field["new"] = side_by_side(_text(old, name), _text(new, name))
        shown.append(field)
    return shown


def restore(article: Article, version, name: str = "") -> None:
    """Put back one field, or all of them. The paragraphs come back under their own numbers."""
    for each in FIELDS[Article]:
        if each in RESTORABLE and name in ("", each):
            setattr(article, each, getattr(version, each))
    article.last_block_id = max([article.last_block_id, *(block["id"] for block in article.body)])
    article.save()


def label(model, name):
    return model._meta.get_field(name).verbose_name


def _differs(name, old, new):
    if name == "body":
        numbers = [[block["id"] for block in version.body] for version in (old, new)]
        return numbers[0] != numbers[1] or plain(old.body) != plain(new.body)
    attribute = "section_id" if name == "section" else name
    return getattr(old, attribute) != getattr(new, attribute)


def _text(version, name):
    value = getattr(version, name)
    if name in frontmatter.CELLS:
        return frontmatter.in_words(name, frontmatter.value_of(version, name))
    if name == "source_names":
        return "、".join(value)
    return "未写明" if value is None else str(value)


def _user_id(version):
    return (version.pgh_context.metadata or {}).get("user") if version.pgh_context else None
