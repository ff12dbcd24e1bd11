"""The quantified goals that a policy sets: what is to reach how much, and by when.

A figure is a goal where the text sets it: by a deadline (到2027年), by a word of intent (力争), or by a bound
(不少于, 以上) after a verb of doing. What has happened, what somebody forecasts, what is paid out to whom,
what the law demands of others and how many measures a paper has are figures, but no goals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from policies.recognition.documents import Document
from policies.recognition.numerals import read_numeral
from policies.recognition.passages import Evidence, Sentence, evidence, read
from policies.recognition.quantities import Comparator, Quantity, find_quantities

# The five-year plans of the decades at hand, by the year they end.
_PLAN_ENDS = {"十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}

_YEAR_IN_CHARACTERS = re.compile(r"二[〇零○][一二三四五六七八九〇零○]{2}(?=年)")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YEAR_RANGE = re.compile(r"(?:20\d{2})年?[—~～至到\-]+(?P<year>20\d{2})年(?:期间|间)?")
_YEAR = re.compile(
    r"(?P<to>到|至|截至|截止|截止到|力争到|在|于|预计到|争取|力争)?(?P<year>20\d{2})年(?P<part>年底|底前|底|末|年末|前|之前|以前|上半年|中|[一二三四]季度|第[一二三四]季度|\d{1,2}月(?:底|末|前)*)?(?P<full>全年)?"
)
_PLAN = re.compile(r"[“\"]?(?P<plan>十[三四五六]五)[”\"]?(?:规划)?(?P<part>末|期末|时期末|期间|时期|收官)")
_TERM = re.compile(
    r"(?P<lead>未来|今后|用|力争|争取|通过|经过|接下来|再用)?(?:的)?(?P<years>[一两二三四五六七八九十]|\d{1,2})(?:到|至|—)?(?P<years2>[一两二三四五六七八九十]|\d{1,2})?年(?P<tail>内|左右时间|左右|的?时间|的?努力|后)?"
)
_THIS_YEAR = re.compile(
    r"(?:到|至|在|力争)?(?:今年|本年度?|(?<![一二两三四五六七八九十\d])年内|全年|当年)(?:年?底|末|内)?(?:前)?"
)
_YEAR_END = re.compile(r"(?<![\d年今明去上每前当本一二两三四五六七八九十])(?:到|至)?年底(?:前|之前)?(?!以来)")
_NEXT_YEAR = re.compile(r"(?:到|至|在)?明年(?:年?底|末|内)?(?:前)?")
# A year that a figure is measured against, or that is part of a name.
_BASELINE = re.compile(r"(?:较|比|相比|以|与|相对|同比|自|从|继|于是?|截至)$")
_BASELINE_BEHIND = re.compile(r"^(?:相比|同期|以来|起|为基[准期数]|为基|的?(?:水平|基础上|\d))")

_INTENT = re.compile(
    r"力争|争取|目标|确保|努力|有望达|要达到|将达到|拟|计划|预期目标|总体要求|要实现|奋斗|任务"
)
_PLANS = re.compile(
    r"将|要|推动|推进|支持|鼓励|加快|打造|培育|建设|力争|落地|带动|引导|提出|明确|部署|实施|开展"
)
# What sets goals in an article that is about no document.
_SETS = re.compile(
    r"将|要(?![求素点闻])|力争|目标|计划|拟|下一步|未来|推动|支持|鼓励|提出|明确|部署|方案|规划|意见|措施|每年|不少于|不低于|至少"
)
_PAST = re.compile(
    r"已(?!有的)|(?<!为|除)了(?!解)|同比|环比|截至|截止|去年|上年|年均增长了|目前|现有|现已|至今|共有|累计已|"
    r"完成了|实现了|达到了|建成了|超过了|增至了|位居|排名|率先实现|历史新高|首次突破|数据显示|统计显示|据统计|统计|发放了|以来|过去|收官|回顾"
)
_TODAY = re.compile(r"目前|截至|现有|已建成")
_DONE_BESIDE = re.compile(r"已经?[^，。；、已]{1,6}的")
# Added up so far, where nothing says by when.
_ADDED_UP = re.compile(r"累计(?:完成|实现|建成|培育|发放|服务|接入|交易|发布|开放|引进|获)")
_PAST_SENTENCE = re.compile(
    r"^(?:[^，。；]{0,16}，)?(?:截至|截止|去年|上年|目前|近年来|过去|据统计|数据显示|统计显示|(?:20\d{2}年)?(?:上半年|一季度|前[一二三四五六七八九十]+(?:个月|季度))|\d{1,2}[—至]\d{1,2}月)"
)
_FORECAST = re.compile(r"预计|预测|有望|估计|据[^，。]{2,10}(?:测算|预测|估算)|或将|可能|将达(?!成)")
_MONEY_PAID = re.compile(
    r"最高|给予|补助|补贴|奖励|资助|奖补|扶持|罚款|罚金|封顶|上限|贴息|注册资本|处以|减免|抵扣|支持额度|资金支持|经费支持|一次性|分档|给与|奖金|券额|每家|每个|每项|单个|额度|实缴|估值|售价|按[^，。]{0,20}比例"
)
_SHARE_PAID = re.compile(r"给予|补助|补贴|奖励|比例给|资助|最高|投资额的|费用的|总额的|出资|持股|股权|税率")
_LEGAL = re.compile(
    r"应当|不得(?!低于|少于)|必须|处以|罚|期限|时限|有权|符合(?:下列|以下|上述)|条件|门槛|申报|认定|(?:工作)?日内|小时内|资质|评分|满分|参会|出席|参加|与会"
)
_PAPER_PART = re.compile(
    r"^(?:方面|部分|环节|阶段|章|维度|层面|层次|工作日|自然日|月|小时|星期|条款|亮点|特点|特征|问题|要点|小节|篇章|板块|模块|步骤|抓手|关键|原则|坚持|确保|聚焦|强化|转变|统筹|一体|统一|重大问题|文件|附件|附则|附录|批次)"
)
_MEASURES_COUNTED = re.compile(
    r"^(?:具体|重点|主要|重大|方面的?|政策|工作|有力|关键|改革|专项|针对性|创新|务实|配套|支持|保障|细化|目标|任务|的)*(?:任务|举措|措施|行动|内容|要求|政策|工作|制度|意见|规定|条|原则|指标|目标|方向|事项|建议|清单|机制|计划|论断|部署|工程)"
)
_DOES = (
    r"(?:新[开接改增建认引选培设]|开通|接入|储备|培训|铺设|采集|标注|转化|授权|汇集|升级|培育|打造|建设|建成|建立|落地|推动|带动|引进|集聚|聚集|形成|推出|支持|培养|新增|实现|遴选|汇聚|吸引|引育|孵化|开发|开放|拓展|构建|布局|认定|创建|制定|制修订|发展|组织|改造|推广|"
    r"覆盖|提升|提高|增长|增加|降低|下降|减少|保持|完成|争取|招引|壮大|催生|服务|推进|扶持|选树|征集|举办|新建|扩大|部署|上线|归集|联通|开展|入库|发布|挖掘|达到|达|突破|超过|高于|占比|年均|引导|促进|形成|新制定|总数|累计|年新增|每年)"
)
_DOING = re.compile(_DOES)
_DEMAND = re.compile(r"(?:不低于|不少于|不小于|至少|最少|不得低于|不得少于)$")
_LEVEL = re.compile(r"^(?:及?以上|及?以下)?的?量?级(?!以上|数据中心)")
# 营业收入超10亿元的企业: a threshold, not what is to be reached. 80%以上的企业上云 is.
_THRESHOLD = re.compile(r"^(?:及?以上|及?以下|以内)?的(?!目标|水平|规模|产业|数据|增长|年均)")
_FROM = re.compile(r"(?:从|由)(?:20\d{2}年(?:底|末)?的?)?[^，。；]{0,14}$")
_RAISED = re.compile(
    r"^[^，。；]{0,8}(?:提高|提升|增加|增长|扩大|降低|下降|降|增|升|上升|减少|缩短|压缩|跃升|拓展|扩展)(?:到|至|为)"
)
# 一是…二是…, 此外: another matter, to which the deadline of the sentence before does not reach.
_TURNS = re.compile(r"[一二三四五六七八九十]+是|此外|同时|另外")
# The kinds of documents that set goals for their issuer.
PLAN_KINDS = ("方案", "计划", "规划", "纲要", "要点", "措施", "政策", "意见", "战略", "路线图", "举措")
_COUNTED = ("个", "家", "名", "场", "户", "款", "所", "座", "支")
_PLANS_TO = re.compile(
    r"(?:培育|打造|建成|建设|推动|形成|引进|新增|落地|遴选|举办|推出|集聚|认定|创建|新建)$"
)
_LIST_MARKS = ("、", "和", "及", "与", "以及", "、约", "和约", "左右、", "左右和")


@dataclass(frozen=True, slots=True)
class Target:
    """One quantified goal. `by` is a year; None where the text sets none."""

    indicator: str  # what is to reach the value, as the clause words it
    comparator: Comparator
    value: float | int | str  # a range (3—5) is text
    unit: str  # as printed
    by: int | None
    text: str  # the clause, as printed
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Deadline:
    start: int
    end: int
    year: int
    firm: bool  # 到2027年, not a bare 2025年


@dataclass(frozen=True, slots=True)
class _Figure:
    """An amount in its sentence."""

    masked: str  # the sentence
    quantity: Quantity
    start: int  # of the clause
    end: int

    @property
    def clause(self) -> str:
        return self.masked[self.start : self.end]

    @property
    def before(self) -> str:
        return self.masked[self.start : self.quantity.start]

    @property
    def after(self) -> str:
        return self.masked[self.quantity.end : self.end]

    @property
    def since(self) -> str:
        """From the last semicolon or full stop on, the amount included."""
        return self.masked[_part_start(self.masked, self.quantity.start) : self.quantity.end]


@dataclass(frozen=True, slots=True)
class _Article:
    """What the article as a whole says of its figures."""

    year: int | None  # in which it was written
    reports: bool  # it is about reports only: they state, they set no goals
    of_policy: bool  # it is about a document
    of_plan: bool  # of a kind that sets goals


def recognise_targets(
    headline: str, paragraphs: Sequence[str], written_on: date | None, documents: Sequence[Document] = ()
) -> tuple[Target, ...]:
    """The goals that an article reports. `documents` are those that it is about."""
    article = _Article(
        year=written_on.year if written_on else None,
        reports=bool(documents) and all(document.stage == "报告" for document in documents),
        of_policy=bool(documents),
        of_plan=any(document.kind in PLAN_KINDS and document.stage != "报告" for document in documents),
    )
    found: list[Target] = []
    carried: _Deadline | None = None
    paragraph: int | None = None
    for sentence in read("", paragraphs):
        if sentence.passage.paragraph != paragraph:
            paragraph, carried = sentence.passage.paragraph, None
        masked = _masked(sentence.text)
        deadlines = list(_deadlines(masked, article.year))
        inherited = carried if not deadlines and not _TURNS.match(masked) else None
        targets = list(_goals(sentence, masked, deadlines, inherited, article))
        found += targets
        firm = [deadline for deadline in deadlines if deadline.firm]
        carried = firm[-1] if firm else (carried if targets and inherited else None)
    return tuple(_without_repeats(found))


def _goals(
    sentence: Sentence,
    masked: str,
    deadlines: Sequence[_Deadline],
    inherited: _Deadline | None,
    article: _Article,
) -> Iterator[Target]:
    """The goals of one sentence."""
    quantities = list(find_quantities(masked))
    dated = any(deadline.firm for deadline in deadlines)
    if not quantities or (_PAST_SENTENCE.match(masked) and not dated):
        return
    if article.reports and not (dated and re.search(r"目标|提出|规划", masked)):
        return
    respectively = _respectively(masked, quantities, deadlines)
    last: Quantity | None = None  # the amount before, where it is a goal
    for place, quantity in enumerate(quantities):
        goes_on = last is not None and masked[last.end : quantity.start] in _LIST_MARKS
        if goes_on and last is not None and not quantity.explicit:
            quantity = replace(quantity, comparator=last.comparator)
        last = None
        figure = _Figure(masked, quantity, *_clause(masked, quantity))
        deadline = respectively.get(place) or _deadline_of(figure, deadlines)
        if not _is_amount(figure) or _is_past(figure, deadline, article) or _is_no_goal(figure):
            continue
        doing = goes_on or bool(_DOING.search(figure.before[-40:]) or _DOING.match(figure.after[:6]))
        verdict = _weigh(figure, deadline, inherited, doing, article)
        if verdict is None:
            continue
        last = quantity
        due, confidence, reason = verdict
        start, end = sentence.start + figure.start, sentence.start + figure.end
        yield Target(
            indicator=_indicator(figure.before, figure.after),
            comparator=quantity.comparator,
            value=quantity.value,
            unit=quantity.unit,
            by=due.year if due else None,
            text=sentence.passage.printed(start, end).strip(),
            evidence=evidence(sentence, start, end, confidence, reason),
        )


def _weigh(
    figure: _Figure, deadline: _Deadline | None, inherited: _Deadline | None, doing: bool, article: _Article
) -> tuple[_Deadline | None, float, str] | None:
    """Whether a figure that could be a goal is one: its deadline, how sure that is, why it is doubtful."""
    quantity, masked = figure.quantity, figure.masked
    acted = doing or quantity.explicit
    intent = bool(_INTENT.search(masked))
    if deadline is not None and deadline.firm:
        if acted or re.search(r"达|为|在|到|至|率|量|数|额|值|规模", figure.before[-8:]):
            return deadline, 0.95, ""
        return deadline, 0.7, "句中有期限，但未见完成、达到等动词"
    if deadline is not None:
        grown = re.search(r"增长\d|达\d[^，]*，(?:同比|增长)", figure.clause)
        planned = intent or article.of_plan or _PLANS.search(masked)
        return (deadline, 0.8, "期限只有年份，没有“到”字") if planned and acted and not grown else None
    if inherited is not None and acted:
        return inherited, 0.75, "期限取自前一句"
    if intent and _INTENT.search(figure.since) and acted:
        return None, 0.9, ""
    part = masked[_part_start(masked, quantity.start) :].split("；")[0]
    if article.reports or not (article.of_policy or _SETS.search(part)):
        return None  # news of an event: what it counts has been done
    demanded = bool(_DEMAND.search(figure.before[-6:]))
    if quantity.explicit and (doing or demanded):
        upward = quantity.comparator in ("≥", "=", "≈") or article.of_plan or demanded
        return (None, 0.75, "没有期限") if upward or _future(masked, quantity.start) else None
    if article.of_plan and re.search(r"(?:达到?|保持在?|稳定在|实现)$", figure.before):
        return None, 0.7, "没有期限"
    if article.of_plan and quantity.unit in _COUNTED and _PLANS_TO.search(figure.before):
        return None, 0.65, "没有期限，也没有“以上”等字样"
    if doing and _round_number(quantity, masked):
        return None, 0.7, "没有期限，数字为概数"
    return None


def _deadline_of(figure: _Figure, deadlines: Sequence[_Deadline]) -> _Deadline | None:
    """The nearest deadline before the amount, in its clause if there is one; else the one behind it."""
    part = _part_start(figure.masked, figure.quantity.start)
    own = [
        deadline
        for deadline in deadlines
        if deadline.start < figure.quantity.start
        # 目前已有25个，年底将有50个；总量超过400PB: what stands behind the semicolon tells of today again.
        and not (deadline.start < part and _TODAY.search(figure.masked[: deadline.start]))
    ]
    inside = [deadline for deadline in own if figure.start <= deadline.start]
    if inside or own:
        return (inside or own)[-1]
    # 培育企业50家，到2027年…
    later = [d for d in deadlines if d.firm and d.start > figure.quantity.start]
    behind = [d for d in later if _part_start(figure.masked, d.start) <= figure.quantity.start]
    return behind[0] if behind else None


def _is_past(figure: _Figure, deadline: _Deadline | None, article: _Article) -> bool:
    """The figure tells what has been reached, or what somebody expects."""
    intent = bool(_INTENT.search(figure.masked))
    dated = deadline is not None and deadline.firm
    if deadline is not None and article.year is not None and deadline.year < article.year:
        return True
    # 在已布局的13个之外，建设5个: what has been done stands beside what is to be done.
    part = _part_start(figure.masked, figure.quantity.start)
    since = _DONE_BESIDE.sub("", figure.masked[part : figure.start]) + figure.before
    if deadline is None and not intent and (figure.quantity.unit == "倍" or _PAST.search(since)):
        return True
    if (
        dated
        and deadline is not None
        and deadline.start >= figure.start
        and re.search(r"将|要", figure.before)
    ):
        since = figure.clause  # 目前已有25个，年底将扩大到50个
    if _PAST.search(figure.clause) or re.search(r"截至|同比|目前|已经|去年", since):
        return True
    if deadline is None and not intent and _ADDED_UP.search(figure.clause):
        return True
    if _FORECAST.search(figure.clause) and not intent and not dated:
        return True
    return bool(re.search(r"预计|预测", figure.since))


def _is_no_goal(figure: _Figure) -> bool:
    """What the law demands of others, and what is paid out."""
    if _LEGAL.search(figure.clause):
        return True
    if re.search(r"元|券", figure.quantity.unit) and _MONEY_PAID.search(figure.clause):
        return True
    return figure.quantity.unit == "%" and bool(_SHARE_PAID.search(figure.clause + figure.after[:12]))


def _deadlines(masked: str, year: int | None) -> Iterator[_Deadline]:
    """The years by which something is to be reached, in order."""
    found: list[_Deadline] = []
    taken: list[tuple[int, int]] = []
    for match in _YEAR_RANGE.finditer(masked):
        taken.append(match.span())
        found.append(_Deadline(match.start(), match.end(), int(match["year"]), firm=True))
    for match in _YEAR.finditer(masked):
        if any(a <= match.start("year") < b for a, b in taken):
            continue
        before, after = (
            masked[max(0, match.start() - 4) : match.start()],
            masked[match.end() : match.end() + 6],
        )
        if _BASELINE.search(before + (match["to"] or "")) or _BASELINE_BEHIND.match(after):
            continue
        firm = (match["to"] or "") in ("到", "至", "力争到", "预计到", "争取", "力争") or bool(
            match["part"] and re.search(r"底|末|前", match["part"])
        )
        found.append(_Deadline(match.start(), match.end(), int(match["year"]), firm))
    for match in _PLAN.finditer(masked):
        if match["part"] != "收官":
            found.append(_Deadline(match.start(), match.end(), _PLAN_ENDS[match["plan"]], firm=True))
    if year is not None:
        for match in _TERM.finditer(masked):
            if match["tail"] in (None, "后") and match["lead"] not in ("未来", "今后", "用", "再用"):
                continue
            if re.search(r"[第近过去前每满]$", masked[max(0, match.start() - 1) : match.start()]) or masked[
                match.end() : match.end() + 2
            ] in ("来", "以上"):
                continue
            years = match["years2"] or match["years"]
            count = read_numeral(years)
            if count <= 15 and not any(d.start <= match.start() < d.end for d in found):
                found.append(_Deadline(match.start(), match.end(), year + count, firm=True))
        for pattern, ahead in ((_THIS_YEAR, 0), (_YEAR_END, 0), (_NEXT_YEAR, 1)):
            for match in pattern.finditer(masked):
                firm = bool(re.search(r"底|末|内|到|力争", match.group()))
                found.append(_Deadline(match.start(), match.end(), year + ahead, firm))
    yield from sorted(found, key=lambda d: d.start)


def _is_amount(figure: _Figure) -> bool:
    """An amount that could be a goal: no part of a name or a paper, no number of measures, no threshold."""
    quantity, before, after, masked = figure.quantity, figure.before, figure.after, figure.masked
    behind = masked[quantity.end : quantity.end + 14]
    if quantity.unit in ("个", "项", "条", "类", "种", "大", "批次", "点", "位", "门") or not quantity.unit:
        if _PAPER_PART.match(behind):
            return False
        if (
            quantity.comparator not in ("≥", ">")
            and _MEASURES_COUNTED.match(behind)
            and quantity.unit in ("项", "条", "个", "类", "点")
        ):
            return False
    if _LEVEL.match(behind) or re.match(r"[+×x]", behind):
        return False
    if quantity.unit != "%" and _THRESHOLD.match(behind):
        return False
    if (
        quantity.unit in ("人", "名", "位", "家")
        and re.search(r"(?:等|余|、)[^，]{0,4}$", before[-4:])
        and not quantity.explicit
    ):
        return False
    if _FROM.search(before) and _RAISED.match(after):
        return False
    if (
        re.search(
            r"(?:围绕|聚焦|针对|涉及|涵盖|包括|包含|分为|(?<![部充十])分(?![别布])|(?<!公)共计?|全部|第|其中|(?<![目当])前|这|那|上述|以下|(?<!规模)(?<!限额)以上|每(?![年季月届]))[^，。；]{0,4}$",
            before[-7:],
        )
        and not quantity.explicit
    ):
        return False
    if re.search(r"(?:选取|选定|抽取|确定)[^，]{0,4}$", before):
        return False  # who takes part, not what is to be reached
    if quantity.unit in ("点", "毫秒", "秒", "ms", "度", "米", "E", "P") and quantity.value == 0:
        return False
    if (
        isinstance(quantity.value, int | float)
        and quantity.value == 1
        and not quantity.explicit
        and "一" in masked[quantity.start : quantity.end]
    ):
        return False
    return not re.search(r"[A-Za-z“‘]$", before)


def _future(masked: str, place: int) -> bool:
    return bool(re.search(r"将|力争|要|到20|推动|推进|提出|目标|未来|下一步|今后", masked[:place]))


def _round_number(quantity: Quantity, masked: str) -> bool:
    """万家, 百个: a goal named by its order of size."""
    printed = masked[quantity.start : quantity.end]
    return bool(re.match(r"[百千万](?:家|个|户|名|项|款|场|人)", printed)) and bool(
        re.search(
            r"推动|带动|培育|引育|打造|支持|开展|汇聚|服务|孵化|实施|招引",
            masked[max(0, quantity.start - 14) : quantity.start],
        )
    )


def _respectively(
    masked: str, quantities: Sequence[Quantity], deadlines: Sequence[_Deadline]
) -> dict[int, _Deadline]:
    """到2025年、2027年分别达到30%、50%: the first amount by the first year, the second by the second."""
    place = masked.find("分别")
    if place < 0:
        return {}
    ahead = [d for d in deadlines if d.end <= place]
    behind = [number for number, quantity in enumerate(quantities) if quantity.start > place]
    if len(ahead) >= 2:
        ahead = ahead[-len(behind) :] if len(behind) < len(ahead) else ahead
        firm = any(deadline.firm for deadline in ahead)
        return dict(zip(behind, (replace(deadline, firm=firm) for deadline in ahead), strict=False))
    return {}


def _clause(masked: str, quantity: Quantity) -> tuple[int, int]:
    """The clause around an amount, between commas and the marks of a list."""
    start = max(masked.rfind(mark, 0, quantity.start) for mark in "，；。：、？！") + 1
    stops = [place for mark in "，；。、：？！" if (place := masked.find(mark, quantity.end)) >= 0]
    return start, min(stops, default=len(masked))


def _part_start(masked: str, place: int) -> int:
    return max(masked.rfind(mark, 0, place) for mark in "；。") + 1


# What stands between the thing and its amount; 年均增长 says what is measured
_TO_REACH = re.compile(
    r"(?:达到?|突破|超过?|不少于|不低于|保持在|控制在|提高到|提升至|提升到|(?<!年均)增长到?|增至|新增|约|累计|稳定在|实现|完成|将|(?<!年)均)+$"
)


def _indicator(before: str, after: str) -> str:
    """What the amount is of, roughly: the words before it without verb and year, or else those behind it."""
    lead = re.sub(r"^.*?20\d{2}年(?:底|末|前|年底)*", "", before)
    lead = re.sub(r"力争|争取|全市|全省|全国|全区", "", lead)
    lead = re.sub(r"^(?:将|要|使|让|把|(?:\d+|[一二两三四五十])年(?:内|时间))+", "", lead)
    lead = _TO_REACH.sub("", lead)
    lead = re.sub(rf"^(?:{_DOES})+(?=.{{2,}})", "", lead)
    if len(lead) >= 2 and not re.fullmatch(rf"(?:{_DOES})+", lead):
        return lead
    return re.sub(r"^(?:以上|以下|左右)", "", after)[:24]


def _masked(text: str) -> str:
    """The sentence with titles blanked, for a year in a title is no deadline, and years in digits."""
    text = _YEAR_IN_CHARACTERS.sub(lambda found: found.group().translate(_DIGITS), text)
    return re.sub(
        r"《[^》]*》?",
        lambda found: (
            "《" + "□" * (len(found.group()) - 2) + "》" if len(found.group()) > 1 else found.group()
        ),
        text,
    )


def _without_repeats(targets: Sequence[Target]) -> Iterator[Target]:
    """An article often tells a goal twice, in its lede and in full; the dated telling is kept."""
    kept: dict[tuple[object, ...], Target] = {}
    for target in targets:
        key = (str(target.value), target.unit)
        same = kept.get(key)
        if same is not None and _same_thing(same, target):
            if same.by is None and target.by is not None:
                kept[key] = target
            continue
        kept[key if same is None else (*key, len(kept))] = target
    yield from kept.values()


def _same_thing(left: Target, right: Target) -> bool:
    if left.by and right.by and left.by != right.by:
        return False
    names = [set(target.indicator) for target in (left, right)]
    return len(names[0] & names[1]) >= 0.6 * min(len(names[0]), len(names[1]) or 1)
