"""The documents that an article is about: title, number, kind, stage, dates, and what they rest on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from policies.recognition.announcements import (
    Run,
    find_runs,
    headline_object,
    is_old,
    superseded,
    unmarked_titles,
)
from policies.recognition.citations import Citation
from policies.recognition.dates import FoundDate, find_dates
from policies.recognition.numbers import code_beside, find_numbers
from policies.recognition.numerals import read_numeral
from policies.recognition.passages import HEADLINE, Evidence, Sentence, evidence, fold, read
from policies.recognition.stages import PROMULGATED, REPORTED, Context, Stage, tell_stage
from policies.recognition.subjects import find_subjects, without_titles
from policies.recognition.titles import (
    Mention,
    Named,
    bare_name,
    compared,
    find_titles,
    group_mentions,
    kind_of,
)

FRESH = timedelta(days=21)
_COMMENTS_BY = re.compile(r"意见|反馈|评论|评议|咨询|征集|建议")
_DEADLINE_AFTER = re.compile(r"^(?:（[^（）]*）)?(?:前|之前|以前|止|为止|截止|截稿|24时|18时|17时)")
_VALID = re.compile(
    r"(?:有效期|试行期|执行期|施行期)(?:限)?[为是至到：]*(?P<years>[一二三四五六七八九十两\d]{1,2})(?P<unit>年|个月)"
)
_VALID_UNTIL = re.compile(r"(?:有效期|试行期|执行|施行)[^，。；]{0,8}(?:至|到|截至)$")
_TELLS = re.compile(r"发布|印发|公布|出台|颁布|征求[^，。]{0,6}意见|通过|获批|签署|推出")
_PUBLISHED_BEHIND = re.compile(
    r"，?(?:经|由|在)?[^，。；《》]{0,16}?(?:会议|次会议)?(?:正式|表决|审议|对外)*(?:公布|发布(?!会)|印发|通过|颁布|签署)"
)
_IN_FORCE_BEHIND = re.compile(
    r"^起?，?(?:《[^《》]*》(?:（[^（）]*）)*)[^，。；《》]{0,6}(?:正式|开始|将)*(?:施行|实施|生效)"
)
_REPORT_BEFORE = re.compile(r"(?:报告|白皮书|蓝皮书|论文)(?:，?(?:题为|名为))?：?$")
_REPORT_BEHIND = re.compile(
    r"(?:（[^（）]*）)*(?:研究|年度|分析|评估|调研|专题|特别){0,2}(?:报告|白皮书|蓝皮书|论文)"
    r"(?!制度|会|编制|起草|的?(?:通知|决定|意见))"
)
# 8月11日起就《甲》公开征求意见: the day from which the public is asked is the day of the news.
_ASKED_FROM = re.compile(
    r"起，?(?:至[^，。；]{2,12}，?)?[^，。；《]{0,16}?(?:就|对|向|面向|围绕|公开|将)[^。；]{0,120}?(?:征求|征集|征询)"
)
_ANNIVERSARY = re.compile(
    r"[^。；]{0,60}?(?:施行|实施|生效)满?(?P<years>[一二两三四五六七八九十]{1,2}|\d{1,2})周年"
)
# What was to enter into force and does not.
_CANCELLED = re.compile(r"(?:原定|原计划|本应|本拟|原拟)[^，。；]{0,4}$")
_Day = tuple[date, Evidence]
# 多数条款将于8月2日起适用: not the day of the whole.
_OF_SOME_CLAUSES = re.compile(
    r"(?:条款|条文|第[一二三四五六七八九十百\d]+[条章][^，。；]{0,8}|(?:多数|部分|其余|其他|个别|禁止)[^，。；]{0,8}(?:规定|要求|义务|规则|内容))"
    r"[^，。；]{0,8}$"
)
_EXPLAINS = re.compile(r"介绍|解读|答记者问|说明会|吹风会")
_UNDATED = re.compile(r"近日|日前|近期|最近|不久前|这几天")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that an article is about. Dates are None where the text gives none."""

    title: str  # the fullest form in the text, as printed, without 《》
    name: str  # the same without marks of the stage
    kind: str  # 条例, 办法 …; empty where it does not say
    stage: Stage
    number: str | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    comments_until: date | None = None
    valid_until: date | None = None
    validity: str = ""  # as printed where no date can be reckoned: 有效期3年
    other_titles: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)  # by field: title, stage, issued_on …

    @property
    def reported_stage(self) -> str:
        """The stage in the five words that editors and the score use."""
        return REPORTED.get(self.stage, self.stage)


def recognise_documents(
    headline: str, paragraphs: Sequence[str], written_on: date | None
) -> tuple[Document, ...]:
    """The documents that an article is about, in the order of the text.

    `written_on` is the day of the issue or the item: days without a year are read against it.
    """
    sentences = read(headline, paragraphs)
    mentions = (*find_titles(sentences), *unmarked_titles(sentences))
    runs = find_runs(sorted(mentions, key=lambda m: (m.sentence.index, m.start)))
    groups = group_mentions([m for run in runs for m in run.mentions], superseded(runs))
    subjects = find_subjects(groups, runs, headline, written_on)
    if not subjects and (objects := headline_object(sentences)):
        runs = find_runs(objects)
        groups = subjects = group_mentions(objects)
    reader = _Reader(sentences, runs, groups, subjects, written_on)
    return _share_days(subjects, runs, [reader.document(subject) for subject in subjects])


def _share_days(
    subjects: Sequence[Named], runs: Sequence[Run], documents: Sequence[Document]
) -> tuple[Document, ...]:
    """Titles of one list are issued on one day, though only one of them may be told of with its date."""
    lists = [
        {place for place, one in enumerate(subjects) if set(run.mentions) & set(one.mentions)} for run in runs
    ]
    shared = list(documents)
    for places in lists:
        dated = [documents[place] for place in places if documents[place].issued_on]
        for place in places if dated else ():
            if shared[place].issued_on is None and shared[place].stage == dated[0].stage:
                facts = {**shared[place].evidence, "issued_on": dated[0].evidence["issued_on"]}
                shared[place] = replace(shared[place], issued_on=dated[0].issued_on, evidence=facts)
    return tuple(shared)


class _Reader:
    """Reads the particulars of the chosen documents out of one article."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        runs: Sequence[Run],
        groups: Sequence[Named],
        subjects: Sequence[Named],
        written_on: date | None,
    ) -> None:
        self.sentences = sentences
        self.groups = groups
        self.subjects = subjects
        self.written_on = written_on
        self.run_of = {id(mention): run for run in runs for mention in run.mentions}
        self.subject_of = {id(m): subject for subject in subjects for m in subject.mentions}
        self.headline = sentences[0].text if sentences and sentences[0].passage.paragraph == HEADLINE else ""

    def document(self, subject: Named) -> Document:
        """All that the article tells of one document."""
        mention = self.news_mention(subject)
        facts: dict[str, Evidence] = {"title": self.title_evidence(subject, mention)}
        number = self.number(subject, facts)
        stage = self.stage(subject, mention, facts)
        issued_on = self.issued_on(subject, mention, stage, facts)
        whole, some_clauses = self.days_in_force(subject, issued_on)
        if stage == "施行" and whole and self.is_fresh(issued_on, whole[0]):
            stage = "发布"
        in_force = whole or (self.day_of_news(mention) if stage == "施行" else None) or some_clauses
        effective_on = None
        if in_force:
            effective_on, facts["effective_on"] = in_force
        comments_until = self.comments_until(stage, issued_on, facts)
        validity, valid_until = self.validity(subject, effective_on or issued_on, facts)
        titles = dict.fromkeys(bare_name(m.title) for m in subject.mentions if m.closed)
        name = bare_name(subject.title)
        return Document(
            title=subject.title,
            name=name,
            kind=kind_of(subject.title),
            stage=stage,
            number=number,
            issued_on=issued_on,
            effective_on=effective_on,
            comments_until=comments_until,
            valid_until=valid_until,
            validity=validity,
            other_titles=tuple(title for title in titles if compared(title) != compared(name)),
            citations=self.citations(subject),
            evidence=facts,
        )

    def news_mention(self, subject: Named) -> Mention:
        """The mention in the sentence that tells what happened."""
        body = [m for m in subject.mentions if not m.in_headline]
        issued = [m for m in body if self.run_of[id(m)].issued and not is_old(m, self.written_on)]
        return (issued or body or list(subject.mentions))[0]

    def news_sentence(self, mention: Mention) -> Sentence:
        """The sentence that tells what happened to a document.

        That of the mention; or, where it only describes (《甲》规定了…), the first that tells of issuing.
        """
        if (
            self.run_of[id(mention)].issued
            or mention.in_headline
            or mention.start == mention.sentence.start == 0
        ):
            return mention.sentence
        lede = [s for s in self.sentences if s.passage.paragraph == mention.sentence.passage.paragraph]
        return next(
            (s for s in lede if s.index <= mention.sentence.index and _TELLS.search(s.text)), mention.sentence
        )

    def title_evidence(self, subject: Named, mention: Mention) -> Evidence:
        whole = [m for m in subject.mentions if compared(m.title) == compared(subject.title)]
        full = next((m for m in whole if m.marked and m.closed), (whole or [mention])[0])
        confidence, reason = 0.97, ""
        if not full.closed:
            confidence, reason = 0.6, "书名号不完整，标题止于何处存疑"
        elif not full.marked:
            confidence, reason = 0.6, "文件名未加书名号"
        elif not subject.in_headline and not self.run_of[id(mention)].issued:
            confidence, reason = 0.6, "未见发布、印发等字样，可能只是提及"
        elif not subject.in_headline:
            confidence = 0.9
        return evidence(full.sentence, full.start, full.end, confidence, reason)

    def number(self, subject: Named, facts: dict[str, Evidence]) -> str | None:
        """The number printed beside the title, or in the sentence that issues it."""
        for mention in subject.mentions:
            text = mention.sentence.passage.text
            following = self.next_title(mention)
            for found in find_numbers(text, mention.end, min(following, mention.sentence.end)):
                gap = text[mention.end : found.start]
                if found.kind in ("文号", "令") and re.fullmatch(
                    r"(?:（[^（）]*）)*(?:（[^（）]{0,30}|[^，。；《》（）]{0,4})", gap
                ):
                    return self.printed_number(mention, found.start, found.end, facts)
            before_start = max(mention.sentence.start, mention.start - 40)
            for found in find_numbers(text, before_start, mention.start):
                gap = text[found.end : mention.start]
                if found.kind in ("文号", "令") and re.fullmatch(r"(?:(?!废止|撤销)[^《》。；]){0,14}", gap):
                    if found.kind == "文号" and gap not in ("", "文件", "号文件", "："):
                        continue
                    return self.printed_number(mention, found.start, found.end, facts)
            code = code_beside(text, mention.start, mention.end)
            if code:
                facts["number"] = evidence(mention.sentence, code[0], code[1], 0.9)
                return code[2]
            announced = re.compile(r"（((?:19|20)\d{2}年第\d{1,4}号)）").match(text, mention.end)
            if announced:
                return self.printed_number(mention, announced.start(1), announced.end(1), facts)
        return self.number_alone(facts) if len(self.subjects) == 1 else None

    def number_alone(self, facts: dict[str, Evidence]) -> str | None:
        """A paragraph that holds the number and nothing else, as below the headline of a notice."""
        for sentence in self.sentences:
            text = sentence.passage.text
            for found in find_numbers(text, sentence.start, sentence.end):
                if found.kind == "文号" and len(text) - (found.end - found.start) <= 4:
                    facts["number"] = evidence(sentence, found.start, found.end, 0.95)
                    return re.sub(r"\s", "", sentence.passage.printed(found.start, found.end))
        return None

    def printed_number(self, mention: Mention, start: int, end: int, facts: dict[str, Evidence]) -> str:
        facts["number"] = evidence(mention.sentence, start, end, 0.97)
        return re.sub(r"\s", "", mention.sentence.passage.printed(start, end)).strip("（）()")

    def next_title(self, mention: Mention) -> int:
        place = mention.sentence.passage.text.find("《", mention.end)
        return place if place >= 0 else mention.sentence.end

    def stage(self, subject: Named, mention: Mention, facts: dict[str, Evidence]) -> Stage:
        sentence = mention.sentence
        text = sentence.passage.text
        later = text[sentence.end :]
        news = sentence.text
        # 《甲》公开征求意见 may be said in the sentence after the one that names it, of 该文件 or of nothing.
        following = re.match(r"[^。]*。?", later)
        if (
            following
            and not re.search(r"《", following.group()[:30])
            and re.match(r"(?:现|该|本|此|其|并|意见|公众|社会|目前|征求)", later)
        ):
            news += following.group()
        tail = text[mention.end : min(mention.end + 30, sentence.end)]
        if self.run_of[id(mention)].listed and sentence.index and sentence.passage.paragraph != HEADLINE:
            # 3项标准公开征求意见。具体包括《甲》《乙》
            news = self.sentences[sentence.index - 1].text + news
        elif (told := self.news_sentence(mention)) is not sentence:
            news = told.text + news
        elif mention.in_headline and sentence.index + 1 < len(self.sentences):
            news += self.sentences[sentence.index + 1].text  # the lead tells the same at length
        marks = (fold(m.title).text + m.tail for m in subject.mentions)
        own = max(marks, key=lambda title: len(title) - len(bare_name(title)))
        stage, confidence, reason = tell_stage(
            Context(
                own,
                tail,
                self.headline,
                news,
                later,
                self.headline_speaks_of(subject),
                any(map(_is_called_report, subject.mentions)),
            )
        )
        facts["stage"] = evidence(sentence, mention.start, mention.end, confidence, reason)
        return stage

    def is_fresh(self, issued_on: date | None, effective_on: date | None) -> bool:
        """Passed these days and not yet in force: the passing is the news, though the headline says 施行."""
        if self.written_on is None or issued_on is None or effective_on is None:
            return False
        return self.written_on - issued_on <= FRESH and effective_on > self.written_on

    def headline_speaks_of(self, subject: Named) -> bool:
        """It names the document, or one of the same list, or none at all."""
        named = [other for other in self.subjects if other.in_headline]
        if not named or subject in named:
            return True
        if not any(self.run_of[id(m)].issued for m in subject.mentions):
            return True
        runs = {id(self.run_of[id(m)]) for m in subject.mentions if not m.in_headline}
        return any(id(self.run_of[id(m)]) in runs for other in named for m in other.mentions)

    def issued_on(
        self, subject: Named, mention: Mention, stage: Stage, facts: dict[str, Evidence]
    ) -> date | None:
        """The day of the news about the document: of issue, of publication for comment, of adoption."""
        if stage == "施行":
            return self.published_before(facts)
        sentence = self.news_sentence(mention)
        if stage == "发布" and (promulgated := PROMULGATED.search(sentence.text)):
            last = [d for d in find_dates(sentence.text, self.written_on) if d.end <= promulgated.end()][-1:]
            if last and (promulgated_on := last[0].past(self.written_on)):
                start, end = sentence.start + last[0].start, sentence.start + last[0].end
                facts["issued_on"] = evidence(sentence, start, end, 0.95)
                return promulgated_on
        if _EXPLAINS.search(sentence.text) and not re.search(
            r"印发|公布|出台|颁布|通过|签署|发布(?!会)", without_titles(sentence.text)
        ):
            # 举行发布会介绍《甲》。该文件于4月8日印发: the day of issue is told behind.
            told_behind = self.published_before(facts)
            if told_behind:
                return told_behind
        if mention.in_headline:
            body = next((s for s in self.sentences if s.passage.paragraph == 0), None)
            if body is None or not _TELLS.search(body.text):
                return None
            sentence = body
        told = _TELLS.search(sentence.passage.text, sentence.start, sentence.end)
        limit = mention.start if mention.sentence is sentence else told.start() if told else sentence.end
        found = self.news_date(sentence, limit)
        if found is None and not _UNDATED.search(sentence.text):
            previous = self.sentences[sentence.index - 1] if sentence.index else None
            if previous and previous.passage is sentence.passage and sentence.start < 400:
                found = self.news_date(previous, previous.end)
                sentence = previous if found else sentence
        if found is None:
            return self.signed_on(facts)
        day = found.past(self.written_on)
        if day is None or (self.written_on and not -15 <= (self.written_on - day).days <= 500):
            return None
        confidence = 0.95 if found.year or self.written_on else 0.8
        facts["issued_on"] = evidence(sentence, found.start, found.end, confidence)
        return day

    def signed_on(self, facts: dict[str, Evidence]) -> date | None:
        """A paragraph that holds a whole date and nothing else: the one below a notice."""
        for sentence in reversed(self.sentences):
            if len(sentence.passage.text) > 16:
                continue
            for found in find_dates(sentence.text):
                day = found.past(None)
                if day and self.written_on and 0 <= (self.written_on - day).days <= 500:
                    facts["issued_on"] = evidence(
                        sentence, sentence.start + found.start, sentence.start + found.end, 0.85
                    )
                    return day
        return None

    def published_before(self, facts: dict[str, Evidence]) -> date | None:
        """Where the news is the entry into force: the day of adoption or publication that the text gives."""
        for sentence in self.sentences:
            for found in find_dates(sentence.text, self.written_on):
                if _PUBLISHED_BEHIND.match(sentence.text[found.end :]):
                    day = found.past(self.written_on)
                    facts["issued_on"] = evidence(
                        sentence, sentence.start + found.start, sentence.start + found.end, 0.85
                    )
                    return day
        return None

    def news_date(self, sentence: Sentence, limit: int) -> FoundDate | None:
        text = sentence.passage.text
        dates = [
            FoundDate(d.start + sentence.start, d.end + sentence.start, d.year, d.month, d.day)
            for d in find_dates(sentence.text, self.written_on)
        ]
        usable = []
        for found in dates:
            before, after = (
                text[max(sentence.start, found.start - 6) : found.start],
                text[found.end : found.end + 12],
            )
            if _inside_title(text, sentence.start, found.start):
                continue
            open_end = re.search(r"(?:自|从|截至|截止|至|到|将于|定于|拟于|—)$", before) or re.match(
                r"(?:起|前|之前|以来|至|—|止)", after
            )
            if open_end and not _ASKED_FROM.match(text[found.end : sentence.end]):
                continue
            usable.append(found)
        for found in usable:
            # 根据某日发布的公告: the announcement is what issues the standards.
            clause = text[found.end : found.end + 50]
            lead = text[max(sentence.start, found.start - 4) : found.start]
            if lead.endswith(("根据", "依据")) and re.match(
                r"[^，。]{0,40}(?:发布|公布|印发|批准)的?[^，。]{0,24}(?:公告|通知|令|文件)", clause
            ):
                return found
        before_title = [found for found in usable if found.start < limit]
        if before_title:
            return before_title[-1] if not self.parted(text, before_title[-1].end, limit) else before_title[0]
        for found in usable:
            if re.match(
                r"[^，。；]{0,8}(?:发布|印发|公布|出台|通过|公开|签署)", text[found.end : found.end + 16]
            ):
                return found
        return None

    def parted(self, text: str, start: int, limit: int) -> bool:
        """The date belongs to another title that stands before the one looked at."""
        return "》" in text[start:limit]

    def days_in_force(self, subject: Named, issued_on: date | None) -> tuple[_Day | None, _Day | None]:
        """The day from which it is in force, and before that was found, the first for some of its clauses."""
        some_clauses: _Day | None = None
        for sentence in self.sentences:
            text = sentence.text
            for found in find_dates(text, self.written_on):
                before, after = text[max(0, found.start - 10) : found.start], text[found.end : found.end + 16]
                if _CANCELLED.search(before):
                    continue
                starts = re.match(
                    r"(?:零时|0时)?(?:起|开始|后)*(?:正式|全面|将|开始|依法|在[^，。；]{1,8}|向[^，。；]{1,6})*(?:施行|实施|生效|执行|适用|试行|正式启用)",
                    after,
                )
                named = re.search(r"(?:施行|实施|生效|执行)(?:日期|时间)?(?:为|是|：|定为|定于|于)$", before)
                leads = _IN_FORCE_BEHIND.match(text[found.end :])
                if leads and self.speaks_of(sentence, sentence.start + found.end + leads.end(), subject):
                    starts, named = None, leads
                if not starts and not named:
                    continue
                if not named and not (
                    re.search(r"(?:自|于|从|在|，|。|^|今年|明年)$", before[-2:]) or "起" in after[:3]
                ):
                    continue
                if not leads and not self.speaks_of(sentence, sentence.start + found.start, subject):
                    continue
                day = found.future(issued_on or self.written_on)
                if (since := _ANNIVERSARY.match(text[found.end :])) and (held := found.past(self.written_on)):
                    day = replace(found, year=held.year - read_numeral(since["years"])).past(None)
                if found.year is None and re.search(r"已(?:于|经|自)?$", before):
                    day = found.past(self.written_on)
                if not day:
                    continue
                place = evidence(sentence, sentence.start + found.start, sentence.start + found.end, 0.95)
                if not _OF_SOME_CLAUSES.search(text[: found.start]):
                    return (day, place), some_clauses
                some_clauses = some_clauses or (day, place)
        return None, some_clauses

    def day_of_news(self, mention: Mention) -> _Day | None:
        """Where the entry into force is the news, it is dated as news is."""
        found = None if mention.in_headline else self.news_date(mention.sentence, mention.start)
        day = found.past(self.written_on) if found else None
        return (day, evidence(mention.sentence, found.start, found.end, 0.85)) if found and day else None

    def speaks_of(self, sentence: Sentence, place: int, subject: Named) -> bool:
        """Whether a clause is about the document: no title stands before it, or its own as the last."""
        named = [
            mention
            for group in self.groups
            for mention in group.mentions
            if mention.sentence.index == sentence.index and mention.start < place
        ]
        if not named:
            return sentence.passage.paragraph != HEADLINE or subject.in_headline
        last = max(named, key=lambda m: m.start)
        owners = [self.subject_of.get(id(m)) for m in self.run_of[id(last)].mentions]
        if any(owner is subject for owner in owners):
            return True
        # 为落实《乙》，某局印发《甲》，自…起施行 has 甲 last; 《甲》根据《乙》制定，自…起施行 has 乙.
        return self.run_of[id(last)].relation in ("依据", "落实") and any(
            self.subject_of.get(id(m)) is subject for m in named
        )

    def comments_until(self, stage: Stage, issued_on: date | None, facts: dict[str, Evidence]) -> date | None:
        if stage not in ("征求意见", "草案"):
            return None
        for sentence in self.sentences:
            text = sentence.text
            if not _COMMENTS_BY.search(text):
                continue
            for found in find_dates(text, self.written_on):
                before, after = text[max(0, found.start - 18) : found.start], text[found.end : found.end + 8]
                until = _DEADLINE_AFTER.match(after) or re.search(
                    r"(?:截止|截至|截稿|延长)[^，。；]{0,14}$|[—至到]$", before
                )
                if until:
                    day = found.future(issued_on or self.written_on)
                    if day and (issued_on is None or day >= issued_on):
                        facts["comments_until"] = evidence(
                            sentence, sentence.start + found.start, sentence.start + found.end, 0.9
                        )
                        return day
        return None

    def validity(
        self, subject: Named, since: date | None, facts: dict[str, Evidence]
    ) -> tuple[str, date | None]:
        for sentence in self.sentences:
            text = sentence.text
            match = _VALID.search(text)
            if match and self.speaks_of(sentence, sentence.start + match.start(), subject):
                facts["validity"] = evidence(
                    sentence, sentence.start + match.start(), sentence.start + match.end(), 0.95
                )
                count = read_numeral(match["years"])
                printed = sentence.passage.printed(
                    sentence.start + match.start(), sentence.start + match.end()
                )
                if since is None:
                    return printed, None
                return printed, _later(since, count * (12 if match["unit"] == "年" else 1))
            for found in find_dates(text, self.written_on):
                if _VALID_UNTIL.search(text[: found.start]) and self.speaks_of(
                    sentence, sentence.start + found.start, subject
                ):
                    facts["validity"] = evidence(
                        sentence, sentence.start + found.start, sentence.start + found.end, 0.95
                    )
                    return sentence.passage.printed(
                        sentence.start + found.start, sentence.start + found.end
                    ), found.future(since)
        return "", None

    def citations(self, subject: Named) -> tuple[Citation, ...]:
        """The other documents of the article, by how they stand to this one."""
        edges: list[Citation] = []
        for group in self.groups:
            if any(id(mention) in self.subject_of for mention in group.mentions):
                continue
            told = [(self.run_of[id(m)].relation, m) for m in group.mentions]
            relation, mention = next(
                ((r, m) for r, m in told if r and r != "提及"), (None, group.mentions[0])
            )
            if not mention.marked:
                continue
            others = {
                id(owner)
                for g in self.subjects
                for m in g.mentions
                if m.sentence.index == mention.sentence.index and (owner := g)
            }
            if others and id(subject) not in others:
                continue
            place = evidence(mention.sentence, mention.start, mention.end, 0.9 if relation else 0.6)
            edges.append(
                Citation(bare_name(group.title), relation or "提及", place, self.cited_number(mention))
            )
        return tuple(edges)

    def cited_number(self, mention: Mention) -> str | None:
        text = mention.sentence.passage.text
        limit = min(self.next_title(mention), mention.sentence.end, mention.end + 40)
        for found in find_numbers(text, mention.end, limit):
            if found.kind == "文号" and text[mention.end : found.start].startswith("（"):
                return re.sub(r"\s", "", mention.sentence.passage.printed(found.start, found.end))
        return None


def _is_called_report(mention: Mention) -> bool:
    """特别报告《甲》, 题为《甲》的报告, 《甲》报告."""
    text, sentence = mention.sentence.passage.text, mention.sentence
    before, after = text[sentence.start : mention.start], text[mention.end : sentence.end]
    return bool(
        _REPORT_BEFORE.search(before)
        or _REPORT_BEHIND.match(after)
        or (re.search(r"(?:题为|名为)$", before) and _REPORT_BEHIND.match(after.removeprefix("的")))
    )


def _inside_title(text: str, start: int, place: int) -> bool:
    return text.count("《", start, place) > text.count("》", start, place)


def _later(since: date, months: int) -> date | None:
    """The last day of a term that begins on `since`."""
    year, month = divmod(since.month - 1 + months, 12)
    try:
        return date(since.year + year, month + 1, since.day) - timedelta(days=1)
    except ValueError:
        return date(since.year + year, month + 1, 28)
