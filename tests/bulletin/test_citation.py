"""Citations, as somebody finds them in a list of references."""

from dataclasses import replace
from datetime import date

import bibtexparser
import pytest
import rispy

from bulletin import citation
from bulletin.citation import Cited

PLAIN = Cited("某市印发数据流通办法", date(2025, 7, 31), 237, 14, 3, 9, "https://example.cn/issues/237/3/")
# Marks that mean something to TeX, to RIS or to a parser of either.
HOSTILE = [
    "百分之50%的增长 & 其他",
    "A_B ^ C ~ D # E $ F",
    "括号{没有合上",
    "合上了}没有打开",
    "反斜杠 \\input{x} 与 \\",
    "引号 \" 与 ' 与 @article{x,",
    "两行\r\nER  - \r\nTY  - BOOK",
    "制表\t与\x00控制\x1b字符",
]


def test_2015_has_half_width_marks_and_the_day_of_access():
    assert citation.gbt_2015(PLAIN, date(2026, 11, 21)) == (
        "贵阳智能大数据战略研究院. 某市印发数据流通办法[J/OL]. 大数据发展动态, 2025(14): 9[2026-11-21]. "
        "https://example.cn/issues/237/3/."
    )


def test_2025_has_full_width_marks_and_no_day_of_access():
    assert citation.gbt_2025(PLAIN) == (
        "贵阳智能大数据战略研究院. 某市印发数据流通办法[J/OL]. 大数据发展动态，2025（14）：9. "
        "https://example.cn/issues/237/3/."
    )


def test_an_article_without_a_page_leaves_it_out():
    unpaged = replace(PLAIN, page=None)
    assert "2025（14）. https" in citation.gbt_2025(unpaged)
    assert "2025(14)[2026-11-21]" in citation.gbt_2015(unpaged, date(2026, 11, 21))
    assert "pages" not in citation.bibtex(unpaged)
    assert "SP  -" not in citation.ris(unpaged)
    assert "citation_firstpage" not in dict(citation.highwire(unpaged))


def test_bibtex_is_read_back():
    library = bibtexparser.parse_string(citation.bibtex(PLAIN))
    assert not library.failed_blocks
    [entry] = library.entries
    assert (entry.entry_type, entry.key) == ("article", "dsjfzdt-237-3")
    assert entry["title"] == "{某市印发数据流通办法}"
    assert entry["author"] == "{贵阳智能大数据战略研究院}"
    assert (entry["year"], entry["number"], entry["pages"]) == ("2025", "14", "9")
    assert entry["url"] == PLAIN.address


def test_ris_is_read_back():
    [record] = rispy.loads(citation.ris(PLAIN))
    assert record["type_of_reference"] == "JOUR"
    assert record["title"] == "某市印发数据流通办法"
    assert record["authors"] == ["贵阳智能大数据战略研究院"]
    assert (record["year"], record["number"], record["start_page"]) == ("2025", "14", "9")
    assert record["urls"] == [PLAIN.address]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_breaks_out_of_its_field(title):
    cited = replace(PLAIN, title=title)
    library = bibtexparser.parse_string(citation.bibtex(cited))
    assert not library.failed_blocks
    [entry] = library.entries
    assert entry["url"] == PLAIN.address
    written = citation.bibtex(cited)
    assert written.count("{") == written.count("}")  # as BibTeX itself counts, escaped or not
    [record] = rispy.loads(citation.ris(cited))
    assert record["type_of_reference"] == "JOUR"
    assert record["urls"] == [PLAIN.address]
    for form in (citation.gbt_2015(cited, date(2026, 1, 1)), citation.gbt_2025(cited)):
        assert form.isprintable()


def test_tex_takes_every_mark_for_itself():
    title = citation.bibtex(replace(PLAIN, title="50% & A_B #1 $2 {x} ^ ~ \\"))
    told = r"50\% \& A\_B \#1 \$2 \textbraceleft{}x\textbraceright{}"
    assert told + r" \textasciicircum{} \textasciitilde{} \textbackslash{}" in title
