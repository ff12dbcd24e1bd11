"""How to cite an article: as GB/T 7714 in two versions, as BibTeX and as RIS. Pure: strings in, text out."""

import re
from dataclasses import dataclass
from datetime import date

from bulletin.publication import PUBLICATION, PUBLISHER
from bulletin.typesetting import close_up

BIBTEX, RIS = "bib", "ris"  # the endings of the files
MEDIA_TYPES = {BIBTEX: "application/x-bibtex", RIS: "application/x-research-info-systems"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# What TeX would take for a command. BibTeX counts braces even after a backslash: they need names of their
# own.
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "$": r"\$",
        "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    }
)  # fmt: skip
# An address stays readable, so what could end its field or begin a comment is percent-encoded.
IN_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")  # a field of RIS ends with its line


@dataclass(frozen=True, slots=True)
class Cited:
    """An article as reference lists know it. `page` is None where the contents prints none."""

    title: str
    issued_on: date
    total_number: int
    number: int  # within the year
    article_number: int
    page: int | None
    address: str  # absolute

    @property
    def name(self) -> str:
        """One line, as it stands in a list of references."""
        return close_up(_one_line(self.title))

    @property
    def key(self) -> str:
        """Under which BibTeX knows it; it changes only if the 总期号 is corrected."""
        return f"dsjfzdt-{self.total_number}-{self.article_number}"

    @property
    def file_name(self) -> str:
        return f"bulletin-{self.total_number}-{self.article_number}"


def gbt_2015(cited: Cited, seen_on: date) -> str:
    """After GB/T 7714—2015: half-width marks; what is online carries the day on which it was seen."""
    page = f": {cited.page}" if cited.page else ""
    where = f"{PUBLICATION}, {cited.issued_on.year}({cited.number}){page}[{seen_on.isoformat()}]"
    return f"{PUBLISHER}. {cited.name}[J/OL]. {where}. {cited.address}."


def gbt_2025(cited: Cited) -> str:
    """After GB/T 7714—2025, in force since 1 July 2026: full-width marks in Chinese entries, and no day of
    access for a serial."""
    page = f"：{cited.page}" if cited.page else ""
    where = f"{PUBLICATION}，{cited.issued_on.year}（{cited.number}）{page}"
    return f"{PUBLISHER}. {cited.name}[J/OL]. {where}. {cited.address}."


def bibtex(cited: Cited) -> str:
    """One @article, in UTF-8. The second braces keep a body's name from being parted into given and
    family.
    """
    fields = {
        "author": f"{{{{{PUBLISHER}}}}}",
        "title": f"{{{{{cited.name.translate(TEX)}}}}}",
        "journal": f"{{{PUBLICATION}}}",
        "year": f"{{{cited.issued_on.year}}}",
        "month": MONTHS[cited.issued_on.month - 1],
        "number": f"{{{cited.number}}}",
    }
    if cited.page:
        fields["pages"] = f"{{{cited.page}}}"
    fields |= {
        "date": f"{{{cited.issued_on.isoformat()}}}",
        "url": f"{{{cited.address.translate(IN_ADDRESS)}}}",
        "langid": "{chinese}",
    }
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@article{{{cited.key},\n{lines}\n}}\n"


def ris(cited: Cited) -> str:
    """One record of the type JOUR; lines end as the format wants, with CR and LF."""
    fields = [
        ("TY", "JOUR"),
        ("ID", cited.key),
        ("AU", PUBLISHER),
        ("TI", cited.name),
        ("T2", PUBLICATION),
        ("PY", str(cited.issued_on.year)),
        ("DA", f"{cited.issued_on:%Y/%m/%d}"),
        ("IS", str(cited.number)),
        *([("SP", str(cited.page))] if cited.page else []),
        ("PB", PUBLISHER),
        ("LA", "zh"),
        ("UR", cited.address),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in fields)


def highwire(cited: Cited) -> list[tuple[str, str]]:
    """Names and contents of the head tags by which Zotero and search engines know an article."""
    tags = [
        ("citation_title", cited.name),
        ("citation_author", PUBLISHER),
        ("citation_journal_title", PUBLICATION),
        ("citation_publisher", PUBLISHER),
        ("citation_publication_date", f"{cited.issued_on:%Y/%m/%d}"),
        ("citation_issue", str(cited.number)),
        ("citation_language", "zh-CN"),
        ("citation_public_url", cited.address),
    ]
    if cited.page:
        tags.insert(6, ("citation_firstpage", str(cited.page)))
    return tags


def _one_line(text: str) -> str:
    return BREAKS.sub(" ", text).strip()
