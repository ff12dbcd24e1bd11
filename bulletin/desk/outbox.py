"""What is on its way to others, and what did not arrive: to be seen, and sent again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from bulletin.access import editors_only, publishers_only
from bulletin.outbox.delivering import ask_again
from bulletin.outbox.records import Delivery, Webhook
from bulletin.pages import page_of

PER_PAGE = 50
State = Delivery.State


@editors_only
@require_GET
def outbox(request):
    """Deliveries: what was given up, what waits, then what arrived, each group with the newest first."""
    deliveries = Delivery.objects.select_related("message", "webhook")
    open_states = [State.DEAD, State.WAITING, State.SENDING]
    still = sorted(
        deliveries.filter(state__in=open_states)[:PER_PAGE], key=lambda each: open_states.index(each.state)
    )
    context = {
        "still": still,
        "dead_count": Delivery.objects.filter(state=State.DEAD).count(),
        "open_count": Delivery.objects.filter(state__in=open_states).count(),
        "page": page_of(request, deliveries.filter(state=State.SENT).order_by("-sent_at"), PER_PAGE),
        "receivers": Webhook.objects.filter(active=True).count(),
    }
    return render(request, "bulletin/desk/outbox.html", context)


@publishers_only
@require_POST
def send_again(request, pk):
    """Try a delivery that was given up, or waits, now."""
    delivery = get_object_or_404(Delivery, pk=pk)
    if ask_again(pk):
        messages.success(request, f"给{delivery.receiver}的通知马上再发一次，结果过一会儿在这里看。")
    else:
        messages.info(request, f"给{delivery.receiver}的通知已经送达，或正在发送，不用再发。")
    return redirect("outbox")
