"""What an issue's articles are about, and how it reaches the reading that is kept."""

import json

from bulletin.ingestion.enrichment import enrich
from bulletin.ingestion.shapes import Block, ParsedArticle, ParsedIssue, Place
from bulletin.ingestion.transcript import as_json
from policies.recognition.article import load_names


def issue_with(title, *texts, kind="p", section="地方新政"):
    body = tuple(
        Block(kind, text, (Place(100 * number, 100 * number + len(text)),))
        for number, text in enumerate(texts)
    )
    article = ParsedArticle(
        1, section, 1, True, title, body, ("某报",), None, {"title": (Place(0, len(title)),)}
    )
    return ParsedIssue("x.txt", "大数据发展动态", "2025-03-10", 1, 220, title, {}, (), (article,), (), ())


def enriched(*arguments, **options):
    return as_json(enrich(issue_with(*arguments, **options), load_names()))["articles"][0]


def test_an_article_is_told_what_it_is_about():
    article = enriched(
        "贵州印发数据产业方案",
        "3月3日，贵州省人民政府办公厅印发《贵州省数据产业方案》（黔府办发〔2025〕9号）。",
        "方案提出，到2027年，数据企业达到500家。",
    )
    assert article["regions"] == ["520000"]
    assert article["bodies"] == ["贵州省人民政府办公厅"]
    [document] = article["documents"]
    assert (document["title"], document["number"], document["stage"], document["issued_on"]) == (
        "贵州省数据产业方案",
        "黔府办发〔2025〕9号",
        "发布",
        "2025-03-03",
    )
    [target] = article["targets"]
    assert (target["by"], target["value"], target["unit"]) == (2027, 500, "家")


def test_each_fact_points_into_its_block():
    texts = ("近年来，产业较快发展。", "近日，贵州省人民政府办公厅印发《贵州省数据产业方案》。")
    article = enriched("贵州印发数据产业方案", *texts)
    place = article["documents"][0]["evidence"]["title"]
    assert place["paragraph"] == 1
    assert texts[1][place["start"] : place["end"]] == "《贵州省数据产业方案》"
    assert article["findings"]["bodies"][0]["sentence"] == texts[1]


def test_the_reading_is_plain_json():
    article = enriched(
        "贵州印发《贵州省数据产业方案》",
        "近日，贵州省人民政府印发《贵州省数据产业方案》，自2025年4月1日起施行。",
    )
    assert json.loads(json.dumps(article)) == article


def test_tables_set_no_goals():
    article = enriched("某省数据方案", "到2027年，数据企业达到500家。", kind="table")
    assert article["targets"] == []


def test_what_is_doubtful_becomes_a_doubt_with_its_sentence():
    sentence = "工作要点明确，推动5个生成式服务通过备案。"
    article = enriched("某市印发《某市数据工作要点》", "近日，某市印发《某市数据工作要点》。", sentence)
    [doubt] = [one for one in article["doubts"] if one["rule"] == "doubtful-target"]
    assert doubt["field"] == "targets"
    assert doubt["evidence"] == sentence
    assert doubt["place"]["start"] == 100
