"""The publication told to machines: schema.org as JSON-LD."""

import json

from django.utils.safestring import SafeString, mark_safe

from bulletin.publication import PUBLICATION, PUBLISHER

# Inside <script> only these could end the element or begin a comment; in JSON they may be escaped anywhere.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


def as_script(graph: dict) -> SafeString:
    """The graph as the text of a script element, whatever its strings hold."""
    return mark_safe(json.dumps(graph, ensure_ascii=False).translate(ESCAPES))  # noqa: S308  escaped just here


def periodical(home: str) -> dict:
    return {
        "@context": "https://schema.org",
        "@type": "Periodical",
        "@id": home,
        "name": PUBLICATION,
        "url": home,
        "inLanguage": "zh-CN",
        "publisher": {"@type": "Organization", "name": PUBLISHER},
    }


def publication_issue(issue, address: str, home: str) -> dict:
    return {
        "@context": "https://schema.org",
        "@type": "PublicationIssue",
        "@id": address,
        "url": address,
        "name": str(issue),
        "issueNumber": issue.total_number,
        "datePublished": issue.issued_on.isoformat(),
        "isPartOf": _without_context(periodical(home)),
    }


def article(article, address: str, issue_address: str, home: str, *, free: bool, corrections=()) -> dict:
    graph = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": address,
        "url": address,
        "headline": article.title,
        "description": article.telling_summary,
        "articleSection": article.section.name,
        "datePublished": article.issue.issued_on.isoformat(),
        "dateModified": article.updated_at.isoformat(timespec="seconds"),
        "inLanguage": "zh-CN",
        "isAccessibleForFree": free,
        "publisher": {"@type": "Organization", "name": PUBLISHER},
        "isPartOf": _without_context(publication_issue(article.issue, issue_address, home)),
    }
    if article.page:
        graph["pageStart"] = article.page
    if article.source_names:
        graph["author"] = [{"@type": "Organization", "name": name} for name in article.source_names]
    if article.source_host:
        graph["isBasedOn"] = article.source_url
    if corrections:
        graph["correction"] = [
            {"@type": "CorrectionComment", "datePublished": each.noted_on.isoformat(), "text": each.text}
            for each in corrections
        ]
    return graph


def _without_context(graph: dict) -> dict:
    return {key: value for key, value in graph.items() if key != "@context"}
