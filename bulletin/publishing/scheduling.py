"""Publishing at a moment: what is due, and what should be public and is not."""

import logging

from bulletin.models import Issue
from bulletin.publishing import acting, checklist

logger = logging.getLogger(__name__)


def publish_due() -> int:
    """Publish what is due, each in its own transaction; answer how many.

    What doesn't pass any more stays as it is, and shows as overdue with the reason until somebody acts.
    """
    count = 0
    for issue in Issue.objects.due():
        try:
            count += acting.perform(issue.pk, "publish", None, reason="到了定时的时间")
        except acting.Refused as refused:
            logger.warning("%s was due at %s and is not published: %s", issue, issue.publish_at, refused)
    return count


def why_late(issue: Issue) -> str:
    """Why an overdue issue is not public, in a sentence."""
    why = checklist.of_issue(issue).why_not(by_clock=True)
    return why or "定时程序没有在运行：请管理员看后台处理和定时是否都开着。"
