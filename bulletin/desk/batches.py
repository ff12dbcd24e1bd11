"""Pages of batches: how far many files are, what went wrong with which, and acts on all of them."""

import csv

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bulletin import tasks
from bulletin.access import editors_only
from bulletin.batches import Batch
from bulletin.desk.uploads import STOP_POLLING
from bulletin.health import worker_is_alive
from bulletin.uploads import Upload

PER_PAGE = 50
# The order in which the counts stand, and what each filter is called in the address.
ORDER = [
    Upload.State.QUEUED,
    Upload.State.PAUSED,
    Upload.State.READING,
    Upload.State.READ,
    Upload.State.WAITING,
    Upload.State.DISCARDED,
    Upload.State.FAILED,
]
MOVING = (Upload.State.QUEUED, Upload.State.READING)
REFUSED = "refused"
BOM = "\ufeff"  # Excel takes a CSV without it for GBK


@editors_only
@require_GET
def batch(request, pk):
    """All files of a batch, or those of one state or cause."""
    return render(request, "bulletin/desk/batch.html", _shown(request, pk))


@editors_only
@require_GET
def batch_fragment(request, pk):
    """The moving part of that page, asked for again until nothing moves."""
    shown = _shown(request, pk)
    status = 200 if shown["is_moving"] else STOP_POLLING
    return render(request, "bulletin/desk/_batch.html", shown, status=status)


def _shown(request, pk):
    batch = get_object_or_404(Batch.objects.select_related("created_by"), pk=pk)
    counts, state, cause = batch.counts(), request.GET.get("state", ""), request.GET.get("cause", "")
    total = sum(counts.values())
    moving = sum(counts.get(each, 0) for each in MOVING)
    left = moving + counts.get(Upload.State.PAUSED, 0)
    files = _files(batch)
    if state == REFUSED:
        files = files.filter(upload=None)
    elif state:
        files = files.filter(upload__state=state)
    if cause:
        files = files.filter(upload__state=Upload.State.FAILED, upload__error=cause)
    return {
        "batch": batch,
        "states": [
            {
                "state": each.value,
                "label": each.label,
                "count": counts.get(each, 0),
                "chosen": each == state,
                "bad": each == Upload.State.FAILED,
            }
            for each in ORDER
            if counts.get(each) or each in (Upload.State.READ, Upload.State.FAILED)
        ],
        "refused": counts.get(REFUSED, 0),
        "failed": counts.get(Upload.State.FAILED, 0),
        "paused": counts.get(Upload.State.PAUSED, 0),
        "total": total,
        "done": total - left,
        "left": left,
        "is_moving": moving > 0,
        "minutes_left": _minutes_left(batch, moving),
        "causes": list(batch.causes()),
        "state": state,
        "cause": cause,
        "files": Paginator(files, PER_PAGE).get_page(request.GET.get("page")),
        "worker_is_alive": worker_is_alive() or not moving,
    }


def _files(batch):
    """Its files with all that table and CSV show, in one query."""
    open_doubts = Count("upload__doubts", filter=Q(upload__doubts__settled_at=None))
    return (
        batch.files.select_related("upload__issue")
        .defer("upload__text", "upload__reading", "upload__issue__reading", "upload__issue__contents")
        .annotate(open_doubts=open_doubts)
        .order_by("pk")
    )


def _minutes_left(batch, moving):
    """At the pace of the last files of the batch; None while nothing is known of it."""
    ends = batch.uploads().filter(finished_at__isnull=False).order_by("-finished_at")
    ends = list(ends.values_list("finished_at", flat=True)[:20])
    if not moving or len(ends) < 3 or ends[0] == ends[-1]:
        return None
    pace = (ends[0] - ends[-1]).total_seconds() / (len(ends) - 1)
    return max(1, round(pace * moving / 60))


@editors_only
@require_POST
def pause_batch(request, pk):
    """Take what waits out of the queue. What is being read is read to its end."""
    batch = get_object_or_404(Batch, pk=pk)
    count = batch.pause()
    messages.success(request, f"已暂停，{count}份留着等。正在读的会读完。")
    return redirect(batch)


@editors_only
@require_POST
def resume_batch(request, pk):
    """Put back what was paused."""
    batch = get_object_or_404(Batch, pk=pk)
    uploads = batch.resume()
    for upload in uploads:
        tasks.send(upload)
    messages.success(request, f"继续解析，{len(uploads)}份排进了队列。")
    return redirect(batch)


@editors_only
@require_POST
def retry_batch(request, pk):
    """Queue again what failed and nothing else; of one cause if it is named."""
    batch = get_object_or_404(Batch, pk=pk)
    uploads = batch.retry(request.POST.get("cause", ""))
    for upload in uploads:
        tasks.send(upload)
    messages.success(request, f"{len(uploads)}份又排进了队列，其余的没有动。")
    return redirect(batch)


@editors_only
@require_GET
def batch_csv(request, pk):
    """What became of every file, for a spreadsheet."""
    batch = get_object_or_404(Batch, pk=pk)
    response = StreamingHttpResponse(_lines(batch), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="batch-{batch.pk}.csv"'
    return response


class _Echo:
    """A file for the writer that hands each line back."""

    def write(self, line):
        return line


def _lines(batch):
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(
        ["文件", "结果", "总期号", "文章", "存疑", "错误类别", "原因", "交来", "读完", "指纹"]
    )
    for file in _files(batch).iterator(chunk_size=200):
        yield writer.writerow([_harmless(cell) for cell in _row(file)])


def _row(file):
    upload = file.upload
    if upload is None:
        return [file.name, "没有收下", "", "", "", REFUSED, file.refusal, "", "", ""]
    articles = sum(count for outcome, count in upload.counts.items() if outcome != "removed")
    return [
        file.name,
        upload.get_state_display(),
        upload.issue.total_number if upload.issue else "",
        articles or "",
        file.open_doubts or "",
        upload.error,
        upload.error_message,
        _moment(upload.uploaded_at),
        _moment(upload.finished_at),
        upload.sha256,
    ]


def _moment(when):
    return f"{timezone.localtime(when):%Y-%m-%d %H:%M:%S}" if when else ""


def _harmless(cell):
    """A spreadsheet must not take a name for a formula."""
    text = str(cell)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
