"""Pages of the files: hand in, watch, retry, decide between versions."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bulletin import originals, tasks
from bulletin.access import editors_only
from bulletin.batches import Batch
from bulletin.desk import showing
from bulletin.forms import UploadForm
from bulletin.health import worker_is_alive
from bulletin.ingestion import store
from bulletin.uploads import Upload

STOP_POLLING = 286  # what htmx takes for: don't ask again
PER_PAGE = 30
RECENT_BATCHES = 5


@editors_only
@require_http_methods(["GET", "POST"])
def upload_list(request):
    """Hand files in. Each gets a row and is queued; the same bytes lead to the row that they have."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["files"]
        if len(files) + len(form.refused) > 1:
            return _go_to(request, _keep_together(request, files, form.refused))
        if files:
            return _go_to(request, _keep(request, files[0]))
        reasons = [f"没有收下“{name}”：{reason}" for name, reason in form.refused]
        if _is_metered(request):
            return JsonResponse({"errors": reasons}, status=400)
        for reason in reasons:
            messages.error(request, reason)
        form.add_error(None, "没有收下任何文件。")
    if _is_metered(request) and form.errors:
        return JsonResponse({"errors": form.errors["files"]}, status=400)
    uploads = Upload.objects.select_related("issue", "uploaded_by").defer("text", "reading")
    return render(
        request,
        "bulletin/desk/upload_list.html",
        {
            "form": form,
            "uploads": Paginator(uploads, PER_PAGE).get_page(request.GET.get("page")),
            "batches": Batch.objects.with_counts().select_related("created_by")[:RECENT_BATCHES],
            "worker_is_alive": worker_is_alive(),
        },
        status=400 if form.errors else 200,
    )


def _is_metered(request):
    """Whether a script sends the files and shows how much has gone; it asks where to go then."""
    return request.headers.get("Accept") == "application/json"


def _go_to(request, kept):
    if _is_metered(request):
        return JsonResponse({"next": kept.get_absolute_url()}, status=201)
    return redirect(kept)


def _keep_together(request, files, refused):
    """Keep several files as one batch."""
    batch = Batch.objects.create(origin=Batch.Origin.UPLOAD, created_by=request.user)
    for file in files:
        upload, is_new = Upload.objects.keep(file, file.name, request.user)
        batch.add(upload, file.name, is_new)
        if is_new:
            tasks.send(upload)
    for name, reason in refused:
        batch.refuse(name, reason)
    return batch


def _keep(request, file):
    upload, is_new = Upload.objects.keep(file, file.name, request.user)
    if is_new:
        tasks.send(upload)
        messages.success(request, f"收下了“{upload.name}”。")
    else:
        messages.warning(request, _told_before(upload, file.name))
    return upload


def _told_before(upload, name):
    """What to say of bytes that are here already."""
    when = f"{showing.moment(upload.uploaded_at)}已经交来过"
    under = "" if upload.name == name else f"（那时叫“{upload.name}”）"
    return format_html(
        '“<a href="{}">{}</a>”与{}的一份完全相同{}，没有重复收下。',
        upload.get_absolute_url(),
        name,
        when,
        under,
    )


@editors_only
@require_GET
def upload_page(request, pk):
    """One file: how far its reading is, what was found, what went wrong, what would change."""
    upload = get_object_or_404(Upload.objects.select_related("issue", "uploaded_by"), pk=pk)
    return render(request, "bulletin/desk/upload.html", _shown(upload) | _sheet(request, upload))


@editors_only
@require_GET
def upload_sheet(request, pk):
    """The original's page alone, with what is chosen outlined."""
    upload = get_object_or_404(Upload.objects.select_related("issue"), pk=pk)
    shown = _sheet(request, upload)
    if not shown:
        raise Http404("这份文件没有原版面")
    return render(request, "bulletin/desk/_sheet_pane.html", {"upload": upload, **shown})


@editors_only
@require_GET
def upload_page_picture(request, pk, number):
    """A page of the file as a picture, `?w=` one of the widths."""
    upload = get_object_or_404(Upload.objects.defer("text", "reading"), pk=pk)
    return originals.picture_response(upload, number, request.GET.get("w"))


def _sheet(request, upload):
    """What the pane with the original needs; nothing for a text."""
    page, chosen = request.GET.get("page", ""), request.GET.get("region", "")
    shown = showing.sheet(
        upload,
        showing.doubts(upload),
        int(page) if page.isdecimal() and len(page) < 5 else 1,
        chosen,
        lambda number: reverse("upload_page_picture", args=[upload.pk, number]),
    )
    return dict(zip(("sheet", "sheet_count", "chosen_label"), shown, strict=True)) if shown else {}


@editors_only
@require_GET
def upload_fragment(request, pk):
    """The moving part of that page, asked for again until the row has come to rest."""
    upload = get_object_or_404(Upload.objects.select_related("issue", "uploaded_by"), pk=pk)
    status = 200 if upload.is_moving else STOP_POLLING
    return render(request, "bulletin/desk/_upload.html", _shown(upload), status=status)


def _shown(upload, ticked=()):
    """What page and fragment need."""
    shown = {
        "upload": upload,
        "ahead": upload.ahead() if upload.state == Upload.State.QUEUED else 0,
        "outcome": showing.counted(upload.counts),
        "steps": showing.steps(upload),
        "articles": showing.articles(upload),
        "doubts": showing.doubts(upload),
        "share": showing.share(upload),
        "accounts": showing.accounts(upload),
        "worker_is_alive": worker_is_alive(),
    }
    if upload.state == Upload.State.WAITING:
        found = store.compare(upload.issue, upload.reading)
        shown["found"] = found
        shown["versions"] = showing.versions(found, ticked)
    return shown


@editors_only
@require_POST
def retry_upload(request, pk):
    """Read the file again. A row already in the queue stays where it is."""
    upload = get_object_or_404(Upload, pk=pk)
    if upload.queue_again():
        tasks.send(upload)
        messages.success(request, f"“{upload.name}”又排进了队列。")
    return redirect(upload)


@editors_only
@require_POST
def stop_upload(request, pk):
    """End a reading. The file is kept and can be read again."""
    upload = get_object_or_404(Upload, pk=pk)
    if upload.stop():
        messages.success(request, f"已停止解析“{upload.name}”。")
    return redirect(upload)


@editors_only
@require_POST
def adopt_upload(request, pk):
    """Let the waiting version stand, as it was shown and ticked; asked for a confirmation first."""
    upload = get_object_or_404(Upload.objects.select_related("issue", "uploaded_by"), pk=pk)
    ticked = request.POST.getlist("take")
    if upload.state != Upload.State.WAITING:
        return redirect(upload)
    found = store.compare(upload.issue, upload.reading)
    shown = request.POST.get("shown", "")
    if shown == found.fingerprint() and "confirmed" not in request.POST:
        would = store.compare(upload.issue, upload.reading, ticked)
        context = {
            "upload": upload,
            "found": would,
            "ticked": ticked,
            "shown": shown,
            "counts": would.counts(),
        }
        return render(request, "bulletin/desk/adopt.html", context)
    try:
        upload = store.adopt(pk, ticked, shown)
    except store.ChangedMeanwhile:
        messages.warning(request, "没有采用。这期间有人改过这一期，请照下面的新对比再看一遍；勾选还在。")
        return render(request, "bulletin/desk/upload.html", _shown(upload, ticked), status=409)
    messages.success(request, f"已采用“{upload.name}”：{showing.counted(upload.counts)}。")
    return redirect(upload)


@editors_only
@require_http_methods(["GET", "POST"])
def discard_upload(request, pk):
    """Lay the waiting version aside, after a page that says what that means."""
    upload = get_object_or_404(Upload.objects.select_related("issue"), pk=pk)
    if upload.state != Upload.State.WAITING:
        return redirect(upload)
    if request.method == "GET":
        return render(request, "bulletin/desk/discard.html", {"upload": upload})
    if store.discard(pk):
        messages.success(request, f"已放弃“{upload.name}”。文件还在，需要时可以重新解析。")
    return redirect(upload)


@editors_only
@require_GET
def original(request, pk):
    """The file as it was handed in, byte for byte: to be saved, never shown by the browser."""
    upload = get_object_or_404(Upload, pk=pk)
    return originals.file_response(upload, upload.name)
