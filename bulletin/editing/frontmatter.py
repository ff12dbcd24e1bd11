"""An issue's own fields as a form shows and saves them: number, date, cover headline, 刊务 and 本期要目.

Each is one text, and a conflict is about the whole of it, as with an article's fields. 刊务 and 本期要目 are
tables there: a row a line, its cells parted by tabs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.core.exceptions import ValidationError

from bulletin.editing.body import clean
from bulletin.editing.fields import Conflict, Outcome
from bulletin.models import Issue, Section

NAMES = ("number", "issued_on", "cover_headline", "masthead", "contents")
CELLS = {"masthead": ("role", "names"), "contents": ("section", "page", "title")}  # the columns of the tables
LONGEST = 300
_SEPARATORS = str.maketrans({"；": "、", ";": "、", ",": "、", "，": "、"})


class WrongRows(ValidationError):  # noqa: N818  one of them
    """What is wrong in a table, row by row."""

    def __init__(self, said: Mapping[int, str]):
        super().__init__("有几行要改。")
        self.said = said


def label_of(name: str) -> str:
    return str(Issue._meta.get_field(name).verbose_name)


def value_of(issue, name: str) -> str:
    """A field of an issue, or of a version of it, as a form shows it."""
    value = getattr(issue, name)
    if name == "masthead":
        return joined((role, _together(names)) for role, names in _in_order(value))
    if name == "contents":
        return joined((each["section"], str(each["page"] or ""), each["title"]) for each in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def joined(rows: Iterable[Sequence[str]]) -> str:
    """A table's rows as one text."""
    return "\n".join("\t".join(clean(cell) for cell in row) for row in rows)


def dense(text: str) -> str:
    """A table's text without the rows in which nothing stands."""
    return "\n".join(line for line in text.split("\n") if line.strip())


def rows_of(name: str, text: str) -> list[dict[str, str]]:
    """A table's text as rows, {column: cell}."""
    columns = CELLS[name]
    cells = (line.split("\t") for line in text.split("\n") if line)
    return [dict(zip(columns, [*row, *[""] * len(columns)], strict=False)) for row in cells]


def in_words(name: str, text: str) -> str:
    """A field's text for somebody who compares."""
    if name == "masthead":
        return "\n".join(f"{row['role']}：{row['names']}" for row in rows_of(name, text))
    return text.replace("\t", " ")


def apply(issue: Issue, typed: Mapping[str, str], bases: Mapping[str, str]) -> Outcome:
    """Set what may be set on a locked row, without saving it. Errors of a table are told as `masthead-2`."""
    outcome = Outcome()
    for name in NAMES:
        if name not in typed:
            continue
        yours, base = (_lines(each) for each in (typed[name], bases.get(name, "")))
        theirs = value_of(issue, name)
        if yours in (base, theirs):
            continue
        if theirs != base:
            outcome.conflicts.append(Conflict(name, label_of(name), base, theirs, yours))
            continue
        try:
            setattr(issue, name, cleaned(name, yours))
        except WrongRows as error:
            outcome.errors |= {f"{name}-{place}": said for place, said in error.said.items()}
        except ValidationError as error:
            outcome.errors[name] = error.messages[0]
        else:
            outcome.saved.append(name)
    return outcome


def cleaned(name: str, text: str):
    """A field as an issue keeps it, of what was typed. Raises ValidationError, WrongRows for a table."""
    if name == "number":
        if not text.strip():
            raise ValidationError("请填期号，它是在当年内的第几期。")
        if not text.strip().isdecimal() or not 0 < int(text) < 1000:
            raise ValidationError("期号要是一个数，从1到999。")
        return int(text)
    if name == "issued_on":
        if not text.strip():
            raise ValidationError("请填日期。")
        try:
            return date.fromisoformat(text.strip())
        except ValueError as error:
            raise ValidationError("日期认不出来。请写成 2025-07-31 这样。") from error
    if name == "cover_headline":
        headline = clean(text)
        if len(headline) > LONGEST:
            raise ValidationError(f"封面标题最多{LONGEST}字，现在有{len(headline)}字。")
        return headline
    return (_masthead if name == "masthead" else _contents)(rows_of(name, text))


def _masthead(rows: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    wrong = {}
    for place, row in enumerate(rows):
        names = [clean(each) for each in row["names"].translate(_SEPARATORS).split("、")]
        if not row["role"]:
            wrong[place] = "请填职务，或去掉这一行。"
        elif row["role"] in found:
            wrong[place] = f"“{row['role']}”写了两行，请并成一行，名字之间用顿号。"
        elif not any(names):
            wrong[place] = "请填名字，或去掉这一行。"
        found[row["role"]] = [each for each in names if each]
    if wrong:
        raise WrongRows(wrong)
    return found


def _contents(rows: Sequence[Mapping[str, str]]) -> list[dict]:
    known = set(Section.objects.values_list("name", flat=True))
    found, wrong = [], {}
    for place, row in enumerate(rows):
        page = row["page"]
        if not row["title"]:
            wrong[place] = "请填标题，或去掉这一行。"
        elif len(row["title"]) > LONGEST:
            wrong[place] = f"标题最多{LONGEST}字，现在有{len(row['title'])}字。"
        elif page and not (page.isdecimal() and 0 < int(page) < 1000):
            wrong[place] = "页码是1到999的数字，没有就留空。"
        elif row["section"] not in known:
            wrong[place] = "请从四个栏目里选一个。"
        else:
            found.append(
                {"section": row["section"], "page": int(page) if page else None, "title": row["title"]}
            )
    if wrong:
        raise WrongRows(wrong)
    return found


def _in_order(masthead: Mapping) -> list[tuple[str, list[str]]]:
    return Issue(masthead=dict(masthead)).masthead_lines


def _together(names) -> str:
    return "、".join(names) if isinstance(names, list) else str(names)


def _lines(text: str) -> str:
    """A form sends the end of a line as two characters."""
    return text.replace("\r\n", "\n")
