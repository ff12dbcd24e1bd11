"""Regions and bodies against the labels beside the clone, by their own scorers."""

import importlib.util
import json

import pytest

from policies.recognition.authority import load_authority
from policies.recognition.bodies import issuers, recognise_bodies
from regions.gazetteer import load_gazetteer
from regions.recognition import recognise_regions, setting_of

GAZETTEER, AUTHORITY = load_gazetteer(), load_authority()
LEAST = {"regions": 0.98, "bodies": 0.95}


def scorer(path):
    spec = importlib.util.spec_from_file_location(f"score_{path.parent.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(title, paragraphs, sources=(), section=""):
    setting = setting_of(title, paragraphs, GAZETTEER, section=section)
    bodies = recognise_bodies(title, paragraphs, sources, AUTHORITY, GAZETTEER, setting)
    regions = recognise_regions(title, paragraphs, GAZETTEER, section=section, bodies=issuers(bodies))
    return {"regions": [found.code for found in regions], "bodies": [found.label for found in bodies]}


@pytest.mark.parametrize("number", [215, 219, 237])
def test_labelled_issues(shared, number):
    gold = json.loads((shared / "gold" / f"{number}.json").read_text(encoding="utf-8"))
    predicted = {**gold, "articles": []}
    for article in gold["articles"]:
        paragraphs = [block["text"] for block in article["body"]]
        found = read(article["title"], paragraphs, article["source"], article["section"])
        predicted["articles"].append({**article, **found})
    figures = scorer(shared / "gold" / "score.py").score(predicted, gold)
    for field, least in LEAST.items():
        assert figures[f"{field} F1"].value() >= least, figures[f"{field} F1"].detail()


def test_labelled_weekly_items(shared):
    module = scorer(shared / "weekly" / "score.py")
    items = module.load(shared / "weekly" / "items.json")
    counts = {field: module.Count() for field in LEAST}
    errors = []
    for key, gold in items.items():
        found = read(gold["title"], [gold["text"]])
        also = gold.get("bodies_also", {})
        here = []
        wanted = [[code] for code in gold["regions"]]
        spare = gold.get("regions_optional", [])
        module.tally(counts["regions"], found["regions"], wanted, spare, (str,), here, "region")
        wanted = [[body, *also.get(body, [])] for body in gold["bodies"]]
        spare = gold.get("bodies_optional", [])
        folds = (module.fold_body, module.bare_body)
        module.tally(counts["bodies"], found["bodies"], wanted, spare, folds, here, "body")
        errors += [f"{key}: {error}" for error in here]
    for field, least in LEAST.items():
        count = counts[field]
        assert 2 * count.tp / (2 * count.tp + count.fp + count.fn) >= least, errors
