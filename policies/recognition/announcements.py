"""How the titles of a text are told of: issued, planned, or cited, alone or in a list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from policies.recognition.citations import Relation, relation_of
from policies.recognition.passages import HEADLINE, Sentence
from policies.recognition.titles import KINDS, SHORT_NAME, Mention

# What was issued longer ago than this is the background of the news, not the news.
OLD_NEWS = timedelta(days=200)

_VERB = (
    r"(?:正式|联合|公开|最新|共同|组织|牵头|研究|修订|修改|制定|起草|编制|编写|编发|编纂|编印|印发|发布|公布|出台|颁布|通过|签署|推出|提出"
    r"|提交|提请|审议|下发|形成|公示|发表|出版|更新|签发|批准|出具|推行|制订|拟定|拟订|拟|宣布|重新|发出|发送|披露|提供|递交|撰写|完成|介绍"
    r"|编撰|转发|批复|同意|实施|施行|采纳|采用|敲定|达成|核准|定稿|发起|开发|汇编|投票|表决|引入|签订|缔结|商定|颁发|升级|建立|确定|印送|刊发)"
)
_ISSUED_BEFORE = re.compile(
    rf"(?:{_VERB}(?:并|、|和|及)?){{1,4}}了?(?P<between>[^，。；：《》]{{0,40}})(?:，名为|，题为|，即|：)?$"
)
_LISTED_BEFORE = re.compile(
    r"(?:一是|（一）|1[.、]|分别[为是]|具体包括|包括|分别发布|名为|题为|称为|即|具体为|主要为|涉及|涵盖|如下)(?:了|：)?(?:国家标准|行业标准|推荐性|强制性)*$"
)
_NOT_ISSUED = re.compile(
    r"(?:落实|贯彻|执行|根据|依据|按照|依照|参照|结合|符合|针对|违反|学习|宣传|围绕|基于|遵守|属于|响应|配套(?!的)|衔接|关于实施|纳入|列入|对|继|实施情况)[^，。；《》]{0,20}$"
)
_ISSUED_AFTER = re.compile(
    # 《甲》已由某省第十四届人民代表大会常务委员会第二十次会议于9月26日通过
    r"^(?:已经?|业)?[经由][^，。；：《》]{4,60}会议[^，。；：《》]{0,16}?通过|"
    r"^(?:（[^（）]*）|[^，。；：《》（）]){0,24}?(?:，[^，。；《》]{0,12})?"
    r"(?:发布|印发|公布|出台|颁布|获批|获得?通过|通过|公开征求|征求[^，。]{0,8}意见|征集意见|签署|亮相|落地|问世|上线|形成|公示|审议|提交|下发|提请|采纳|敲定|达成|颁发|核准|定稿|升级|刊登|成为法律|完成(?:起草|修订|制定|立法|谈判|编制|[一二三]读)"
    r"|(?:正式|起|今日|今起|将于?[^，。]{0,14})(?:施行|实施|生效)|(?:开始|即将|全面)(?:施行|实施|生效)|进行了?(?:全面)?(?:修改|修订|修正)|新鲜出炉|出炉|揭晓|来了|面世|完成修订|修订(?:版|印发|发布|完成))"
)
_NOT_AFTER = re.compile(
    r"^(?:（[^（）]*）)*(?:提出|明确|指出|要求|规定|强调|第[一二三四五六七八九十\d]+[章条]|的?(?:解读|实施情况)|(?:施行|实施|发布|出台|印发)(?:以来|[一二三两\d]+周?年|后|之后|前))"
)
# What is to come: 加快制定《甲》, 将出台《乙》; what was before: 曾印发《丙》, 国家局印发的《丁》.
_YET_TO_COME = re.compile(
    r"(?:(?<![已])将|正在|加快|推动|抓紧|即将|适时|尽快|推进|参与|配合|谋划|筹备|建议|呼吁)(?:研究|会同[^，。；]{0,8}|尽快)?"
    r"(?:制定|制订|出台|发布|印发|编制|起草|修订|推出|公布|颁布|提出)(?!了)[^，。；《》]{0,12}$"
    r"|(?:提出|明确|要求|强调|部署)[，：]?(?:要|将)?(?:研究|抓紧|加快)?(?:制定|制订|编制|出台|修订)$"
)
_BEFOREHAND = re.compile(r"(?:此前|早前|早在|曾(?!经国)|去年|前年|上年)[^，。；]*$|^此前，")
_SPEECH = re.compile(
    r"^的?(?:主旨|主题|专题|开幕|闭幕|书面|视频|重要|精彩|现场)*(?:演讲|讲话|致辞|发言|授课|讲座|分享|辅导|宣讲|推介|报告会)"
)
_CONTRACT = re.compile(r"(?:合作协议|框架协议|投资协议|合作备忘录|意向书|合同|协议书|任务书)$")
_JOINING = re.compile(
    r"(?:（[^（）《》]*）|[“”])*"
    r"(?:等?[、，；/]|，?(?:和|及|与|以及|暨|并|[二三四五六七八九十]是|（[二三四五六]）|\d{1,2}[.、])|等?[、，；](?:[二三四五六七八九十]是|（[二三四五六]）|\d{1,2}[.、]|以及|和))?"
    r"(?:(?:与之|相关|其)?配套的?)?(?:(?:推荐性|强制性|国家|行业|地方|团体)+标准(?:化指导性技术文件)?|两[份项部个])?"
    r"(?:[A-Z]{1,4}(?:/[A-Z]{1,3})?\s?[\d.]+[—-]\d{4})?"
)
AMENDED_BY_ANOTHER = re.compile(
    r"(?:进行|作出|予以)?了?[^，。；《》]{0,6}(?:修订|修改|修正)，?[^，。；《》]{0,10}(?:形成|起草|制定|印发|发布|公布|编制)了?[^，。；《》]{0,10}《"
)
_KIND = f"(?:{'|'.join(KINDS)})"
_STATISTICS = "(?:运行情况|运行简况|统计公报|统计数据|发展情况|统计快报|运行分析)"
_ISSUES = rf"(?:{_VERB}){{1,3}}了?(?:[一1][份项部个]|首[份个部]|新版|最新|新的)*的?"
# 关于公开征求《甲》意见的公告, 关于印发《甲》的通知: only the wrapping of what the news is
_WRAPPING = (
    r"(?:(?:公开|向社会)*(?:征求|征集|印发|发布|公布|转发)[^，。；《》]{0,6}《"
    r"|(?:就|对)?《[^《》]*》[^，。；《》]{0,12}(?:征求|征集))"
)
_UNMARKED = (
    # 发布首份关于某事的备忘录
    re.compile(
        rf"{_ISSUES}(?P<title>关于(?!{_WRAPPING})(?:《[^《》]*》|[^，。；：《》、]){{3,60}}?的(?:[^，。；：《》、的]{{0,12}}?)(?:{_KIND}|文件))"
        r"(?=$|[，。；：、（]|旨在|以)"
    ),
    # 印发支持某业的若干措施（以下简称《措施》）
    re.compile(
        rf"{_ISSUES}(?P<title>[^，。；：《》、（）]{{5,50}}?{_KIND})(?=（(?:以下|下)?简?称[：:]?[《“])"
    ),
    # 发布2025年上半年软件业运行情况
    re.compile(
        rf"{_ISSUES}(?P<title>(?:20\d{{2}}年|[上下]半年|[一二三四]季度|前[一二三四]季度)[^，。；《》]{{2,24}}?{_STATISTICS})(?=$|[，。；])"
    ),
    # 关于某业的指导意见正在公开征求意见
    re.compile(
        rf"(?:^|[，。；])(?P<title>关于[^，。；：《》、]{{4,60}}?的[^，。；：《》、的]{{0,8}}?{_KIND})"
        r"(?=(?:正在|现|已|日前|近日|正式)*(?:向社会)?(?:公开)?(?:征求|发布|印发|出台|公布))"
    ),
)
# 某国发布国家网络安全基本计划: a proper name, though without marks. Only where the text has none in 《》.
_NAMED_KIND = (
    "(?:计划|战略|标准|规则|条例|指南|指引|框架|法案|办法|方案|规划|白皮书|蓝皮书|研究报告|年度报告"
    "|路线图|备忘录|公约|准则|规范|纲要)"
)
_HEADLINE_OBJECT = re.compile(
    rf"(?:发布|公布|印发|出台|通过|推出|颁布|更新|签署)了?(?:首份|首个|首部|新版|最新)?"
    rf"(?!关于|[一二两三四五六七八九十\d]+[项份个部]|首批|一批|多项|系列|新规)"
    rf"(?P<title>[^，。；：《》、！？ ]{{4,40}}?{_NAMED_KIND})(?:$|(?=[，；！]))"
)
_HEADLINE_TITLES = (
    re.compile(r"关于(?:印发|发布|公布|转发)(?P<title>[^《》，。；]{5,60})的(?:通知|公告|函)$"),
    re.compile(
        rf"(?P<title>关于[^，。；：《》]{{4,80}}的?{_KIND})(?:（[^（）]*）)?(?:解读|发布|印发|出台|公布)?$"
    ),
    # 2025年1—2月通信业经济运行情况: statistics are released under their own name.
    re.compile(
        r"^(?P<title>(?:20\d{2}年)[^《》，。；！]{2,30}(?:指数报告|发展报告|"
        + _STATISTICS[3:]
        + r")(?:发布|公布|出炉)?$"
    ),
)
_DATED = re.compile(r"(?P<year>(?:19|20)\d{2})年(?:(?P<month>\d{1,2})月)?|\d{1,2}月\d{1,2}日")
# 2021年发布的行政令: the date belongs to what is named there.
_OF_ANOTHER = re.compile(
    r"(?:\d{1,2}日)?[^，。；]{0,20}(?:发布|签署|印发|出台|通过|生效|颁布|公布|提出|启动|成立|制定|实施|版)的|[度版]|以来|起"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Titles that stand in one list and share its verb."""

    mentions: tuple[Mention, ...]
    issued: bool  # the list is the object or the subject of a verb of issuing
    relation: Relation | None  # or it is cited
    planned: bool = False  # it is to be issued some day
    listed: bool = False  # it spells out what the sentence before counts

    @property
    def sentence(self) -> Sentence:
        return self.mentions[0].sentence


def unmarked_titles(sentences: Sequence[Sentence]) -> list[Mention]:
    """Documents named without 《》: 发布首份关于…的备忘录; a headline that is itself a title."""
    found: list[Mention] = []
    for sentence in sentences:
        passage = sentence.passage
        if passage.paragraph >= 1:
            break
        whole = _HEADLINE_TITLES if passage.paragraph == HEADLINE and "《" not in sentence.text else ()
        for pattern in (*_UNMARKED, *whole):
            match = pattern.search(passage.text, sentence.start, sentence.end)
            if match is None:
                continue
            start, end = match.span("title")
            short = SHORT_NAME.match(passage.text, end)
            title = passage.printed(start, end).strip()
            found.append(
                Mention(sentence, start, end, title, marked=False, short_name=short["name"] if short else "")
            )
            break
    return found


def headline_object(sentences: Sequence[Sentence]) -> list[Mention]:
    """What the headline says is issued, in an article that names no document in 《》."""
    if not sentences or sentences[0].passage.paragraph != HEADLINE:
        return []
    headline = sentences[0]
    match = _HEADLINE_OBJECT.search(headline.passage.text)
    if match is None:
        return []
    start, end = match.span("title")
    return [Mention(headline, start, end, headline.passage.printed(start, end).strip(), marked=False)]


def find_runs(mentions: Sequence[Mention]) -> list[Run]:
    """Join the titles of one list, and read what the words around it say."""
    lists: list[list[Mention]] = []
    for mention in mentions:
        if lists and lists[-1][-1].sentence.index == mention.sentence.index:
            last = lists[-1][-1]
            if mention.start < last.end:  # 关于实施《甲》的指导文件 holds 《甲》
                if not last.marked:
                    lists.append([mention])
                continue
            if _JOINING.fullmatch(mention.sentence.passage.text[last.end : mention.start]):
                lists[-1].append(mention)
                continue
        lists.append([mention])
    return [_run(tuple(entry)) for entry in lists]


def _run(mentions: tuple[Mention, ...]) -> Run:
    first, last = mentions[0], mentions[-1]
    text = first.sentence.passage.text
    before = text[first.sentence.start : first.start]
    after = text[last.end : last.sentence.end]
    clause = re.split(r"[；。]", before)[-1][-90:]
    relation = relation_of(mentions, first)
    issued = listed = False
    if not first.marked:
        return Run(mentions, issued=True, relation=None)
    verb = _ISSUED_BEFORE.search(clause)
    if verb and verb["between"] == "的":
        verb = None  # 某局印发的《甲》: what that does is said behind it
    if _YET_TO_COME.search(clause) and not first.in_headline:
        return Run(mentions, issued=False, relation=relation or "提及", planned=True)
    background = _BEFOREHAND.search(clause) or _CONTRACT.search(last.title)
    if _SPEECH.match(after) or (background and not first.in_headline):
        return Run(mentions, issued=False, relation=relation or "提及")
    if verb and not _NOT_ISSUED.search(verb["between"]):
        issued = True
    elif _LISTED_BEFORE.search(clause):
        issued = listed = bool(
            re.search(r"发布|印发|公布|出台|通过|征求意见|修订", before)
        ) or _previous_issues(first)
    if (
        not issued
        and not _NOT_AFTER.match(after)
        and _ISSUED_AFTER.match(after)
        and relation in (None, "修订")
    ):
        issued = True
    if issued and relation and not listed and not (verb and not _NOT_ISSUED.search(verb["between"])):
        issued = relation == "修订"
    return Run(mentions, issued, None if issued and relation != "修订" else relation, listed=listed)


def _previous_issues(mention: Mention) -> bool:
    """The sentence before tells that something was issued: 通过两项法案。分别为《甲》《乙》."""
    text = mention.sentence.passage.text[: mention.sentence.start]
    return bool(re.search(r"(?:发布|印发|公布|出台|通过|征求意见|修订)[^。]{0,60}。$", text))


def superseded(runs: Sequence[Run]) -> frozenset[int]:
    """Mentions of the text that another replaces, by id: alike in name, and yet not the same document."""
    return frozenset(
        id(mention)
        for run in runs
        for mention in run.mentions
        if not mention.in_headline
        and (
            run.relation == "废止"
            or AMENDED_BY_ANOTHER.search(mention.sentence.text[mention.end - mention.sentence.start :][:80])
        )
    )


def is_old(mention: Mention, written_on: date | None) -> bool:
    """The clause dates the document long before the article."""
    if written_on is None:
        return False
    text = mention.sentence.text[: mention.start - mention.sentence.start]
    # The last date before the title counts; one without a year is of the season.
    dates = [found for found in _DATED.finditer(text) if not _OF_ANOTHER.match(text, found.end())]
    if not dates or not dates[-1]["year"]:
        return False
    year, month = int(dates[-1]["year"]), int(dates[-1]["month"] or 12)
    return date(year, min(max(month, 1), 12), 28) < written_on - OLD_NEWS
