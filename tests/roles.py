"""Who may do what on which address: the table that tests/bulletin/test_roles.py holds the portal to.

An address of the URL configuration without a row fails there by name. After a change:
`UPDATE_ROLES=1 make test ARGS=tests/bulletin/test_roles.py` rewrites docs/roles.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.urls import URLPattern, URLResolver, get_resolver

ROLES = ("visitor", "reader", "编辑", "终审", "管理员")
ADMIN = "admin:"  # the one row of every address below Django's admin


@dataclass(frozen=True)
class Rule:
    """What an address answers: for GET and POST a word for each of ROLES.

    ok: does it or shows it; login: sends to the login; 403: refuses; 404: is not there; 405: not by this
    method. `about` names the object of the test's world that the address is about.
    `shut` says what a visitor meets by GET where PORTAL_ACCESS is full-text and where it is login.
    """

    get: str
    post: str
    about: str = ""
    shut: str = ""

    def __call__(self, about: str) -> "Rule":
        return replace(self, about=about)

    def answers(self) -> Iterator[tuple[str, str, str]]:
        """(method, role, answer) for each."""
        for method, answers in (("get", self.get), ("post", self.post)):
            yield from ((method, role, each) for role, each in zip(ROLES, answers.split(), strict=True))


# --- For readers --------------------------------------------------------------------------------------------
SEEN = Rule("ok ok ok ok ok", "405 405 405 405 405", shut="ok login")
FULL_TEXT = replace(SEEN, shut="login login")
MISSING = Rule("404 404 404 404 404", "405 405 405 405 405", shut="404 login")
DATA = replace(SEEN, shut="ok 401")  # the API
ALWAYS = replace(SEEN, shut="ok ok")  # open whatever PORTAL_ACCESS says
OPEN_FORM = Rule("ok ok ok ok ok", "ok ok ok ok ok", shut="ok ok")
OPEN_ACT = Rule("405 405 405 405 405", "ok ok ok ok ok", shut="405 405")
SENT_BACK = Rule("ok ok ok ok ok", "ok ok ok ok ok", shut="ok ok")  # to the login, for want of a password
OWN_FORM = Rule("login ok ok ok ok", "login ok ok ok ok")

# --- At the desk --------------------------------------------------------------------------------------------
PAGE = Rule("login 403 ok ok 403", "login 403 405 405 403")
FORM = Rule("login 403 ok ok 403", "login 403 ok ok 403")
ABSENT_PAGE = Rule("login 403 404 404 403", "login 403 405 405 403")
ACT = Rule("login 403 405 405 403", "login 403 ok ok 403")
PUBLISHING_FORM = Rule("login 403 403 ok 403", "login 403 403 ok 403")
PUBLISHING_ACT = Rule("login 403 403 405 403", "login 403 403 ok 403")
ADMINISTRATION = Rule("login 403 403 403 ok", "login 403 403 403 ok")

TABLE = {
    # --- reading
    "home": SEEN,
    "issue_list": SEEN,
    "issue": SEEN("article"),
    "issue_print": FULL_TEXT("article"),
    "issue_pdf": MISSING("article"),  # this issue was read from no file
    "issue_text": MISSING("article"),
    "issue_page": MISSING("article"),
    "issue_page_picture": MISSING("article"),
    "article": SEEN("article"),
    "article_picture": replace(MISSING("article"), shut="login login"),
    "citation": SEEN("article"),
    "section": SEEN("section"),
    "search": SEEN,
    "suggest": SEEN,
    "article_list": SEEN,
    "region_list": SEEN,
    "compare": SEEN,
    "region": SEEN("region"),
    "body_list": SEEN,
    "body": SEEN("body"),
    "policy_list": SEEN,
    "policy": SEEN("policy"),
    "policy_json": SEEN("policy"),
    "target_list": SEEN,
    "topic_list": SEEN,
    "diffusion": SEEN,
    "topic": SEEN("topic"),
    "calendar": SEEN,
    "calendar_file": SEEN,
    "preview_issue": ALWAYS("preview"),  # whoever has the address
    "preview_print": ALWAYS("preview"),
    "preview_article": ALWAYS("preview"),
    "preview_picture": replace(MISSING("preview"), shut="404 404"),
    "about": SEEN,
    "accessibility": SEEN,
    "theme": OPEN_ACT,
    "healthz": ALWAYS,
    "robots": ALWAYS,
    "sitemap": SEEN,
    # --- following
    "issue_feed": SEEN,
    "article_feed": SEEN,
    "section_feed": SEEN("section"),
    "region_feed": SEEN("region"),
    "body_feed": SEEN("body"),
    "topic_feed": SEEN("topic"),
    "policies_feed": SEEN,
    "policy_feed": SEEN("policy"),
    "search_feed": SEEN,
    # --- the API
    "api": SEEN,
    "api_schema": SEEN,
    "api_issues": DATA,
    "api_issue": DATA("article"),
    "api_articles": DATA,
    "api_article": DATA("article"),
    "api_sections": DATA,
    "api_section": DATA("section"),
    "api_regions": DATA,
    "api_region": DATA("region"),
    "api_bodies": DATA,
    "api_body": DATA("body"),
    "api_topics": DATA,
    "api_policies": DATA,
    "api_policy": DATA("policy"),
    "api_targets": DATA,
    "api_search": DATA,
    "api_nothing": replace(MISSING("nowhere"), shut="404 401"),
    # --- files and batches
    "desk": PAGE,
    "desk_search": PAGE,
    "upload_list": FORM,
    "upload": PAGE("upload"),
    "upload_fragment": PAGE("upload"),
    "retry_upload": ACT("upload"),
    "stop_upload": ACT("upload"),
    "adopt_upload": ACT("upload"),
    "discard_upload": FORM("upload"),
    "upload_sheet": ABSENT_PAGE("upload"),  # read from text: there is no picture
    "upload_page_picture": ABSENT_PAGE("upload"),
    "upload_original": PAGE("upload"),
    "batch": PAGE("batch"),
    "batch_fragment": PAGE("batch"),
    "pause_batch": ACT("batch"),
    "resume_batch": ACT("batch"),
    "retry_batch": ACT("batch"),
    "batch_csv": PAGE("batch"),
    # --- checking and publishing
    "desk_issue": PAGE("draft"),
    "publish_issue": replace(PUBLISHING_FORM, get=FORM.get)("draft"),  # an editor sees what is left to do
    "edit_issue": FORM("draft"),
    "issue_history": PAGE("draft"),
    "restore_issue_version": ACT("issue version"),
    "submit_issue": ACT("draft"),
    "send_back_issue": PUBLISHING_ACT("draft"),
    "unschedule_issue": PUBLISHING_ACT("draft"),
    "make_preview": ACT("draft"),
    "revoke_preview": ACT("preview"),
    "open_pages": PUBLISHING_ACT("draft"),
    "withdraw_issue": PUBLISHING_FORM("draft"),
    "review": FORM("draft"),
    "add_article": FORM("draft"),
    "order_articles": ACT("draft"),
    "split_article": FORM("checked"),
    "merge_article": FORM("checked"),
    "delete_article": FORM("checked"),
    "undo_arrangement": ACT("arrangement"),
    "settle_issue_doubt": ACT("issue doubt"),
    "note_presence": ACT("checked"),
    "article_history": PAGE("checked"),
    "restore_version": ACT("checked"),
    "choose_keys": ACT,
    "take_down_article": PUBLISHING_FORM("draft"),
    "restore_article": PUBLISHING_ACT("draft"),
    "correct_issue": PUBLISHING_FORM("article"),
    "correct_article": PUBLISHING_FORM("article"),
    "outbox": PAGE,
    "send_again": PUBLISHING_ACT("delivery"),
    "link_list": PAGE,
    "link_state": PAGE("checked"),
    "look_at_link": ACT("checked"),
    # --- what is known
    "name_list": PAGE,
    "suggest_bodies": PAGE,
    "make_name": ACT("name"),
    "merge_name": ACT("name"),
    "refuse_name": ACT("name"),
    "desk_policy_list": PAGE,
    "suggest_policies": PAGE,
    "desk_policy": PAGE("policy"),
    "merge_policy": FORM("policy"),
    "split_policy": FORM("policy"),
    "correct_stage": FORM("stage"),
    "proposal_list": PAGE,
    "accept_proposal": ACT("proposal"),
    "refuse_proposal": ACT("proposal"),
    "article_facts": PAGE("checked"),
    "confirm_fact": ACT("fact"),
    "refuse_fact": ACT("fact"),
    "add_target": ACT("checked"),
    "suggest_tags": PAGE("fact"),
    "refuse_citation": ACT("telling"),
    "decision_list": PAGE,
    "undo_decision": ACT("decision"),
    "topic_desk": PAGE,
    "new_topic": FORM,
    "edit_topic": FORM("desk topic"),
    "remove_topic": FORM("desk topic"),
    "target_notes": FORM("target"),
    "remove_target_note": ACT("note"),
    # --- coming and going
    "login": OPEN_FORM,
    "login_code": SENT_BACK,
    "logout": replace(OPEN_ACT, shut="405 login"),
    "account": Rule("login ok ok ok ok", "login 405 405 405 405"),
    "password": OWN_FORM,
    "begin_two_step": OWN_FORM,
    "confirm_two_step": OWN_FORM,
    "recovery_codes": OWN_FORM,
    "end_two_step": OWN_FORM,
    # --- repairs
    ADMIN: ADMINISTRATION,
}


def addresses(resolver: URLResolver | None = None, before: str = "", space: str = ""):
    """(key, route, pattern) of every address in the URL configuration, those of included ones too.

    The key is the name with its namespace, and the route itself where an address has no name.
    """
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield (space + (each.name or route), route, each)
        else:
            yield from addresses(each, route, f"{space}{each.namespace}:" if each.namespace else space)


def rule(key: str) -> Rule | None:
    """The row of an address; None where there is none."""
    return TABLE.get(ADMIN if key.startswith(ADMIN) else key)


def rendered() -> str:
    """The table as a page of the documentation."""
    signs = {"ok": "✓", "405": "–"}
    lines = [
        "# Who may do what",
        "",
        "Every address, and what each role meets there by GET and by POST: ✓ shown or done, – not by this",
        "method, *login* sent to the login, 403 refused, 404 not there for the object that is asked about.",
        "The last column is what a visitor meets by GET where `PORTAL_ACCESS` is `full-text` and where it is",
        "`login`. A visitor has no login, a reader has one and no group. More: [security.md](security.md).",
        "",
        "Written from `tests/roles.py` by `UPDATE_ROLES=1 make test ARGS=tests/bulletin/test_roles.py`.",
        "That test holds the table against the portal; an address without a row fails, an old page too.",
        "",
        f"| address | {' | '.join(ROLES)} | shut |",
        f"|---|{'---|' * len(ROLES)}---|",
    ]
    seen = set()
    for key, route, _ in addresses():
        row = rule(key)
        name = "desk/admin/…" if key.startswith(ADMIN) else route
        if row is None or name in seen:
            continue
        seen.add(name)
        cells = [
            " ".join(signs.get(each, each) for each in pair)
            for pair in zip(row.get.split(), row.post.split(), strict=True)
        ]
        shut = " ".join(signs.get(each, each) for each in row.shut.split())
        lines.append(f"| `/{name}` | {' | '.join(cells)} | {shut} |")
    return "\n".join(lines) + "\n"
