"""Any text is read without failing, and every fact points at what it quotes."""

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.recognition.article import details, labels, load_names, recognise
from policies.recognition.passages import HEADLINE

PIECES = st.sampled_from(
    re.split(
        r"\|",
        "近日，|3月4日，|2025年|13月40日|2月30日|国家数据局|贵州省|《|》|〈|〉|（征求意见稿）|印发|《某办法》|公开征求意见|"
        "（国发〔2024〕3号）|（以下简称《办法》）|自2025年4月1日起施行|到2027年，|500亿元|3—5家|百个以上|"
        "分别达到|30%、40%|。|；|，|、|等3项标准|有效期5年|翻两番|AI|１２３|【|第|号令|"
        "对《甲》进行修订，形成《乙》|(|)|<b>|𠮷|0|万| |\u3000",
    )
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)
NAMES = load_names()


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=3), st.sampled_from([None, date(2025, 1, 3), date(2024, 12, 30)]))
def test_any_text_is_read_and_every_fact_points_at_it(title, paragraphs, written_on):
    found = recognise(title, paragraphs, written_on, NAMES)
    assert details(found).keys() >= labels(found).keys()
    facts = [place for document in found.documents for place in document.evidence.values()]
    facts += [citation.evidence for document in found.documents for citation in document.citations]
    facts += [target.evidence for target in found.targets]
    for fact in facts:
        text = title if fact.paragraph == HEADLINE else paragraphs[fact.paragraph]
        assert 0 <= fact.start <= fact.end <= len(text)
        assert 0 <= fact.confidence <= 1
        assert fact.sentence in text
    for target in found.targets:
        assert target.text in paragraphs[target.evidence.paragraph]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_spaces_of_the_layout_change_nothing(paragraphs):
    # As typesetters set them: between Chinese and Western characters, and anywhere in Chinese.
    spaced = [re.sub(r"(?<=[^\x00-\x7f])|(?=[^\x00-\x7f])", " ", text) for text in paragraphs]
    narrow = recognise("某省印发办法", paragraphs, date(2025, 1, 3), NAMES)
    wide = recognise("某省印发办法", spaced, date(2025, 1, 3), NAMES)
    quantities = [[(t.by, str(t.value), t.comparator) for t in one.targets] for one in (narrow, wide)]
    stages = [[(d.stage, d.issued_on, d.effective_on) for d in one.documents] for one in (narrow, wide)]
    assert stages[0] == stages[1]
    assert quantities[0] == quantities[1]
