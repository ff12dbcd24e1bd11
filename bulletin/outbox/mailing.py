"""One mail about a message, with the same Message-ID at every attempt: a mailbox can tell the copies."""

from django.conf import settings
from django.core.mail import EmailMessage

from bulletin.publication import PUBLICATION


def send(message, email: str, delivery_id: int) -> None:
    """Send a message by mail. Raises whatever the mail backend raises."""
    said = message.payload
    lines = [said["title"], *filter(None, [said.get("note", "")]), said["page"]]
    EmailMessage(
        subject=f"《{PUBLICATION}》{said['title']}"[:200],
        body="\n\n".join(lines) + "\n",
        to=[email],
        headers={
            "Message-ID": f"<{message.pk}.{delivery_id}@{settings.FEED_AUTHORITY}>",
            "Auto-Submitted": "auto-generated",
        },
    ).send()
