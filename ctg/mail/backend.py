from django.core.mail.backends.base import BaseEmailBackend

from ctg.mail.models import KeptMail


class KeepingBackend(BaseEmailBackend):
    """The demonstration writes to nobody: what would leave is shown at /demo/courriels/."""

    def send_messages(self, messages):
        for message in messages:
            html = [part.content for part in getattr(message, "alternatives", ())]
            KeptMail.objects.create(
                to=", ".join(message.recipients()),
                subject=message.subject,
                text=message.body,
                html=html[0] if html else "",
                attachments=[name for name, *_ in message.attachments],
            )
        return len(messages)
