"""提要 before an editor writes one: the article's own first telling sentence. Pure, and general on purpose.

A sentence tells when it names a document, an act or a figure and says more than the title. Set phrases of
official prose (guidance, who attended, what follows) do not tell.
"""

import re
from collections.abc import Iterable, Iterator

LIMIT = 90  # characters, the ellipsis included
SHORTEST = 14  # a shorter sentence is a lead-in or a fragment
LOOKED_AT = 12  # sentences from the beginning
TELLING = 4  # points from which a sentence is taken
NEW = 0.35  # least share of its character pairs that the title does not have: else it only repeats the title
AKIN = 0.25  # least share of the title's character pairs that it has: else it tells of something else
PAIRS = {"《": "》", "（": "）", "(": ")", "“": "”", "‘": "’", "〔": "〕"}

# Without the digits' own dots; closing marks stay with their sentence.
SENTENCE = re.compile(r".+?(?:[。！？]+[”’）》]*|$)", re.DOTALL)
DOCUMENT = re.compile(r"《[^》]{2,}》")
ACT = re.compile(
    r"印发|发布|公布|出台|施行|召开|启动|征求意见|通过|签署|上线|揭牌|成立|开通|修订|批复|获批|废止|生效|起草"
)
FIGURE = re.compile(
    r"\d(?:[\d,.]*)\s*(?:[%％‰倍]|[万亿]|[个家项条章件座所名户元]|[A-Za-z]{0,2}(?:FLOPS|Flops|W))"
)
GOAL = re.compile(r"(?:到|至|力争)\s*20\d\d\s*年|同比|增长|突破|提出|明确")
SET_PHRASE = re.compile(
    r"为指导|指导思想|深入(?:学习)?贯彻|贯彻落实|重要(?:讲话|论述|指示)|二十大|坚强领导|根本遵循|出席[^，。]{0,12}(?:会议|讲话)"
    r"|主持(?:召开)?(?:会议|了会议)|(?:内容|全文|观点|条款|情况|任务)[^，。]{0,4}如下|如下[：:]?$|等?参加[。]?$"
)
# 近日，… / 记者18日从某局获悉，… / （以下简称《意见》）
LEAD_IN = re.compile(
    r"^(?:近日|日前|近期|据了解|据悉|据介绍|其中|此外|目前|当前|同时|下一步|记者[^，]{0,30}获悉|从[^，]{0,30}获悉)[，,]"
)
ABBREVIATION = re.compile(r"[（(](?:以下|下|后文)?(?:简)?称[：:]?[^（）()]{1,30}[）)]")
EXHORTATION = re.compile(r"^(?:会议|他|她)?(?:强调|指出|要求)?[，,]?要")
PURPOSE = re.compile(r"^为(?:了)?")
HANGING = re.compile(
    r"(?:提出|明确|指出|强调|要求|显示|认为|介绍|[年月日前后时下中上]|《[^》]*|如|即)$"
)  # no clause ends so
CIRCUMSTANCE = re.compile(r"^(?:在|随着|根据|按照|\d{1,4}年|\d{1,2}月)[^，《]{0,40}，")
CLAUSE = re.compile(r"[^，；：]*[，；：]?")


def first_telling_sentence(paragraphs: Iterable[str], title: str = "", limit: int = LIMIT) -> str:
    """The first sentence that says what the article reports, of at most `limit` characters.

    Where none tells, the one that comes nearest; empty where there is no sentence at all.
    """
    candidates = list(_sentences(paragraphs))
    if not candidates:
        return ""
    ranked = [(_telling(sentence, title), sentence) for sentence in candidates]
    chosen = next((sentence for points, sentence in ranked if points >= TELLING), None)
    if chosen is None:
        chosen = max(ranked, key=lambda each: each[0])[1]  # the earliest of the best
    return _shortened(chosen, limit)


def _sentences(paragraphs: Iterable[str]) -> Iterator[str]:
    left = LOOKED_AT
    for paragraph in paragraphs:
        for match in SENTENCE.finditer(paragraph.strip()):
            sentence = _bare(match.group())
            if not sentence:
                continue
            yield sentence
            left -= 1
            if not left:
                return


def _bare(sentence: str) -> str:
    """Without its lead-in and without the parenthesis that only fixes an abbreviation."""
    sentence = ABBREVIATION.sub("", sentence.strip())
    previous = ""
    while previous != sentence:
        previous, sentence = sentence, LEAD_IN.sub("", sentence).strip()
    return sentence


def _telling(sentence: str, title: str) -> int:
    """Points for what a sentence tells; below zero for a set phrase or a fragment."""
    points = 2 * bool(DOCUMENT.search(sentence)) + 2 * bool(ACT.search(sentence))
    points += 2 * bool(FIGURE.search(sentence)) + bool(GOAL.search(sentence))
    if len(sentence) < SHORTEST or sentence.endswith(("：", ":")):
        points -= 6
    if SET_PHRASE.search(sentence):
        points -= 4
    if EXHORTATION.search(sentence):
        points -= 2
    told, known = _pairs(sentence), _pairs(title)
    if told and known:
        points -= 2 * (len(told - known) / len(told) < NEW)
        if len(told & known) / len(known) < AKIN:
            points -= 6 if DOCUMENT.search(sentence) else 2
    return points


def _pairs(text: str) -> set[str]:
    letters = re.sub(r"\W", "", text)
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def _shortened(sentence: str, limit: int) -> str:
    if len(sentence) <= limit:
        return sentence
    sentence = _without_circumstance(sentence, limit)
    if len(sentence) <= limit:
        return sentence
    cut = _last_clause_end(sentence, limit - 2)
    return sentence[:cut].rstrip("，；：、,") + "……"


def _without_circumstance(sentence: str, limit: int) -> str:
    """A sentence too long begins behind its purpose (为…，) or its time and place, where a deed is told."""
    if PURPOSE.match(sentence):
        position = 0
        for clause in CLAUSE.findall(sentence):
            if position and _tells_a_deed(clause):
                return sentence[position:]
            position += len(clause)
        return sentence
    while len(sentence) > limit and (clause := CIRCUMSTANCE.match(sentence)):
        if not _tells_a_deed(sentence[clause.end() :]):
            break
        sentence = sentence[clause.end() :]
    return sentence


def _tells_a_deed(text: str) -> bool:
    return bool(ACT.search(text) or DOCUMENT.search(text))


def _last_clause_end(sentence: str, limit: int) -> int:
    """Where the last whole clause within the limit ends, outside brackets; else the last place outside."""
    open_marks: list[str] = []
    clause_end = anywhere = 0
    for position, character in enumerate(sentence[:limit], start=1):
        if character in PAIRS:
            open_marks.append(PAIRS[character])
        elif open_marks and character == open_marks[-1]:
            open_marks.pop()
        if open_marks:
            continue
        anywhere = position
        if character in "，；：" and not HANGING.search(sentence[: position - 1]):
            clause_end = position
    if clause_end >= limit // 3 or _tells_a_deed(sentence[:clause_end]):
        return clause_end
    return anywhere if anywhere >= limit // 3 else limit
