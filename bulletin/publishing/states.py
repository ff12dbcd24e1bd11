"""The states of an issue and the acts that lead from one to another: one table, no database.

`acting` does what is written here, `triggers` sees to it that no other way leads around it.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

DRAFT, CHECKED, APPROVED, PUBLISHED = "draft", "checked", "approved", "published"
ALL = frozenset((DRAFT, CHECKED, APPROVED, PUBLISHED))
LABELS = {DRAFT: "待校", CHECKED: "已校", APPROVED: "待发", PUBLISHED: "已发布"}

# What must hold beside state and permission.
CLEAN = "clean"  # nothing that must pass fails
ANSWERED = "answered"  # each warning has a reason
NOT_OWN = "not-own"  # who approves did not edit, unless the installation allows it
LATER = "later"  # the moment is still to come


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `target` is the state that it leads to; empty for an act that leaves the state alone."""

    name: str
    label: str
    sources: frozenset[str]
    target: str
    permission: str
    guards: tuple[str, ...] = ()
    needs_reason: bool = False

    def is_done(self, state: str) -> bool:
        """Whether the issue is already where the act leads, so that doing it again changes nothing."""
        return bool(self.target) and state == self.target and state not in self.sources


ACTS = {
    act.name: act
    for act in (
        # of one article
        Act("check", "标为已校", ALL, "", "check_article"),
        Act("uncheck", "退回待校", ALL, "", "check_article"),
        # of the issue
        Act("submit", "送审", frozenset((DRAFT,)), CHECKED, "check_article", (CLEAN, ANSWERED)),
        Act("approve", "终审通过", frozenset((CHECKED,)), APPROVED, "approve_issue",
            (CLEAN, ANSWERED, NOT_OWN)),
        Act("send_back", "退回", frozenset((CHECKED, APPROVED)), DRAFT, "approve_issue", needs_reason=True),
        Act("schedule", "定时发布", frozenset((APPROVED,)), "", "publish_issue", (CLEAN, ANSWERED, LATER)),
        Act("unschedule", "取消定时", frozenset((APPROVED,)), "", "publish_issue"),
        Act("publish", "发布", frozenset((APPROVED,)), PUBLISHED, "publish_issue", (CLEAN, ANSWERED)),
        Act("withdraw", "撤回", frozenset((PUBLISHED,)), DRAFT, "withdraw_issue", needs_reason=True),
        # by the database, where the words of a checked issue are changed
        Act("reopen", "改稿后回到待校", frozenset((CHECKED, APPROVED)), DRAFT, "edit_article"),
    )
}  # fmt: skip


def why_not(act: Act, state: str, held: Container[str], reason: str = "") -> str:
    """Why state, permission or a missing reason forbid the act, for people; empty if they don't."""
    if act.permission not in held:
        return f"你的账号没有“{act.label}”的权限。"
    if state not in act.sources:
        return f"这一期现在是“{LABELS[state]}”，不能{act.label}。"
    if act.needs_reason and not reason.strip():
        return f"请写一句{act.label}的理由，几个字就行。"
    return ""
