"""The stage of a document's life that an article reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Stage = Literal["征求意见", "草案", "发布", "施行", "修订", "废止", "报告"]

# What editors and the score know: an amendment that is issued is an issue; a repeal is reported as issued.
REPORTED: dict[Stage, str] = {"修订": "发布", "废止": "发布"}

_REPORT_KIND = re.compile(
    r"(?:报告|白皮书|蓝皮书|绿皮书|皮书|指数|图谱|洞察|公报|榜单|排行榜|年鉴|大事记?|案例集?|调查|态势|概览|监测|展望报告|运行情况|运行简况|统计数据|发展情况|运行分析|统计快报)"
    r"(?:（[^（）]*）|[《》〈〉]|\d{4}年?版?)*$"
)
_REPORT_TAIL = re.compile(
    r"^(?:（[^（）]*）)?(?:系列|研究|年度|分析|评估|调研|专题|中期|最新)*(?:报告|白皮书|蓝皮书|论文|调查结果)(?!制度|会)"
)
_CONSULTED = re.compile(
    r"征求意见稿|征求(?:社会|公众|各界|有关方面|各方面|各方|行业)?[^，。；]{0,8}意见|征集[^，。；]{0,6}意见|公开征集|征询[^，。；]{0,6}意见|听取[^，。；]{0,6}意见"
    r"|公众(?:评议|评论|咨询)|公示征求|公开咨询|拟议(?:规则|法规|规定|的)|规则草案|向社会公开征|讨论稿|意见征集|意见征询|征言"
)
# Consultation that is over, or of another text: 在前期征求意见基础上, 根据此前的征求意见稿.
_CONSULTED_BEFORE = re.compile(
    r"(?:此前|前期|曾|曾经|先后|已经|经过?|经广泛|广泛|充分|完成|结束|通过|基础上|根据[^，。]{0,6}|吸收|采纳|相较于?|相比于?|与|较|去年|前者?)"
    r"[^，。；《》]{0,12}(?:征求[^，。；]{0,12}意见|征求意见稿)|征求意见稿?[^，。；]{0,4}(?:基础上|阶段|后|时|之后|结束|相比)"
)
_PROPOSED_RULE = re.compile(r"拟议[的]?(?:规则|法规|规定|通知|新规)|规则提案|拟议新规|提案征求|草案征求|NPRM")
_LEGISLATURE = re.compile(
    r"议会|国会|众议院|参议院|下院|上院|两院|众院|参院|议员|人大|人民代表大会|常委会|立法会|内阁|国务院常务会议|常务会议|欧洲理事会|欧盟理事会"
    r"|审议|法案|立法提案|一读|二读|三读|提案|州长|三方(?:会谈|协议)"
)
_DRAFT_MARK = re.compile(
    r"[（(](?:[^（）()]{0,6})草案[^（）()]{0,6}[）)]|草案(?:[》〉]|（|$)|[（(](?:审议|讨论|送审)稿[）)]|审议稿"
)
# 《甲》第三稿: not final yet; who wants it final says what remains to be done.
_NUMBERED_DRAFT = re.compile(
    r"^(?:（[^（）]*）)*的?(?:第[一二三四五六七八九\d]+(?:稿|版草案|次草案|份草案)|初稿|草稿)"
)
# 提请市人大常委会审议 goes before what its authors ask of other offices; the public is asked otherwise.
_BEFORE_LEGISLATURE = re.compile(
    r"(?:提请|提交|报请)[^，。；]{0,16}(?:人大|人民代表大会|常委会|议会|国会)[^，。；]{0,8}审议"
)
_PUBLIC = re.compile(r"公开|社会|公众")
# 表决通过《甲》，6月4日公布: what is promulgated is law, though parts of it may enter into force later.
PROMULGATED = re.compile(
    r"(?:通过|表决)[^。；]*?，[^。；将拟待尚需]{0,16}?日(?:正式|由[^，。；]{1,12})?(?:公布|颁布)(?!后|之日|前|的)"
)
_STILL_OPEN = re.compile(
    r"(?:将|下一步|仍|还|尚|待|需|后续)[^。；]{0,16}(?:提交|送交|递交|签署|签字|批准|表决|审议|投票|公布后|方可|才能)|将[^。；]{0,8}(?:返回|送回|移交|转交)|获[^，。；]{0,6}(?:御准|签署|批准)后|尚未(?:生效|成为法律)|待[^，。]{0,12}(?:签署|御准)"
    r"|(?:提交|递交|送交)[^，。；]{0,14}(?:审议|议会|国会|州长|总统|表决|众议院|参议院|上议院|下议院|[一二三]读)|进行[一二三]读|立法程序|尚需|(?:预计|有望|随后|之后)[^。；]{0,24}(?:公布|颁布|签署|审议|表决)"
)
_INTRODUCED = re.compile(
    r"(?:提出|推出|提交|提案|引入|介绍|公布|重新提出|审议|讨论|初审|一读|二读|起草|宣读|拟)[^。；]{0,40}(?:法案|法|草案|条例|《》)|立法提案|提请[^，。]{0,20}审议|达成[^，。]{0,6}(?:临时|政治|初步)协议"
)
_SIGNED = re.compile(
    r"签署(?!方)|正式成为法律|颁布|公布施行|正式生效|签字生效|登上官方公报|刊登[^，。]{0,10}公报|御准(?!后)"
)
_PASSED = re.compile(r"通过|表决")
_IN_FORCE_NEWS = re.compile(
    r"(?:今|本月|本周|[日月])起(?:正式|将)?(?:施行|实施|生效|适用)|(?:正式|今日|今起|今天|开始|起|日)?(?:施行|生效|实施|启用)(?:[一二三两\d]+周?年|$|[，,！。]|在即)|正式(?:施行|生效|实施|启用|适用)|今起(?:施行|实施)|即将(?:施行|生效|实施)|落地实施"
)
_ISSUED = re.compile(r"发布|印发|公布|出台|颁布|下发|制定|推出|通过|签署|批准|公开征|征求|公示|提出|起草")
_ISSUED_IN_HEADLINE = re.compile(r"发布|印发|公布|出台|颁布|下发|公开征|通过|签署")
_AMENDED = re.compile(r"修订(?!版?征)|修改|修正")
_REPEALED = re.compile(r"(?:宣布|决定|予以|同时)?(?:废止|撤销|失效|撤回)")


@dataclass(frozen=True, slots=True)
class Context:
    """What is read to tell the stage of one document. All folded; sentences as text."""

    title: str  # as printed in the text
    tail: str  # what follows 》 in the sentence that issues it
    headline: str
    news: str  # the sentence or sentences that say what happened to it
    following: str  # the rest of the paragraphs about it
    about_it: bool = True  # the headline is about this document
    is_report: bool = False  # somewhere in the text it is called a report


def tell_stage(context: Context) -> tuple[Stage, float, str]:
    """The stage, how sure it is, and why it is doubtful."""
    title, headline, news = context.title, context.headline, context.news
    own = title + context.tail
    # The words of other titles say nothing of this one.
    said = _without_titles(news)
    head = _without_titles(headline) if context.about_it else ""
    consulted = bool(_CONSULTED.search(own) or _open_consultation(head) or _open_consultation(said))
    proposed = bool(
        _PROPOSED_RULE.search(said) or _PROPOSED_RULE.search(head) or _PROPOSED_RULE.search(title)
    )
    bill = title.endswith("法案") or "法案" in title
    legislature = bool(_LEGISLATURE.search(said) or _LEGISLATURE.search(head))
    draft = bool(_DRAFT_MARK.search(own) or title.endswith("草案"))
    open_bill = bool(_STILL_OPEN.search(said) or _STILL_OPEN.search(context.following))

    if _REPORT_KIND.search(title) and not consulted:
        return "报告", 0.95, ""
    if (_REPORT_TAIL.match(context.tail) or context.is_report) and not consulted:
        return "报告", 0.9, ""
    asked_inside = draft and _BEFORE_LEGISLATURE.search(said) and not _PUBLIC.search(said + head)
    if asked_inside and not _CONSULTED.search(own):
        return "草案", 0.85, ""
    if _NUMBERED_DRAFT.match(context.tail) and not legislature:
        return "征求意见", 0.85, ""
    if consulted or proposed:
        if re.search(r"最终(?:规则|版|稿)", said + head) and not _CONSULTED.search(own):
            return "发布", 0.8, "文中兼有“最终”与“征求意见”的字样"
        return "征求意见", 0.95 if consulted else 0.85, ""
    if PROMULGATED.search(said) and not draft:
        return "发布", 0.9, ""
    if draft or _DRAFT_MARK.search(head):
        if legislature or (open_bill and not bill):
            return "草案", 0.95, ""
        return "征求意见", 0.75, "文本是草案，但未见立法机关，也未见征求意见的说明"
    if re.search(r"草案", said) and legislature and not _SIGNED.search(said):
        return "草案", 0.85, ""
    if context.about_it and _IN_FORCE_NEWS.search(head) and not _ISSUED_IN_HEADLINE.search(head):
        return "施行", 0.9, ""
    if bill or legislature:
        if _SIGNED.search(said) and not open_bill:
            return "发布", 0.85, ""
        if open_bill:
            return "草案", 0.9, ""
        if (
            (_INTRODUCED.search(said) or _INTRODUCED.search(head))
            and not _PASSED.search(said)
            and _is_bill_news(context)
        ):
            return "草案", 0.85, ""
    if context.about_it and _REPEALED.search(head):
        return "废止", 0.85, ""
    if _IN_FORCE_NEWS.search(said) and not _ISSUED.search(said) and not _ISSUED_IN_HEADLINE.search(head):
        return "施行", 0.8, ""
    if _AMENDED.search(said) or _AMENDED.search(head):
        return "修订", 0.85, ""
    return "发布", 0.9, ""


def _open_consultation(text: str) -> bool:
    return bool(_CONSULTED.search(_CONSULTED_BEFORE.sub("", text)))


def _is_bill_news(context: Context) -> bool:
    """A bill or an act before a legislature; a ministry that 提出 an 意见 is none."""
    return bool(re.search(r"法案|法$|条例|公约|修正案", context.title)) and bool(
        re.search(
            r"议员|议会|国会|议院|人大|立法|提案|审议|常务会议|内阁|政府|院", context.news + context.headline
        )
    )


def _without_titles(text: str) -> str:
    return re.sub(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》", "《》", text)
