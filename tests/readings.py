"""Readings for tests: the JSON that `transcript` makes, of an invented issue."""

from django.core.files.base import ContentFile

from bulletin.ingestion import store
from bulletin.uploads import Upload

SECTIONS = ("国策要论", "地方新政", "产业前沿", "数谷动态")
PLACES = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛")
SUBJECTS = (
    "印发公共数据授权运营管理细则",
    "启动智能算力调度平台试运行",
    "为数据标注企业设立专项补贴",
    "公布首批可信数据空间名单",
    "开展政务大模型安全测评",
    "举办数据要素创新应用大赛",
    "上线不动产登记数据共享接口",
    "与高校共建数据工程师学院",
)


def make_block(text, kind="p", **fields):
    """A paragraph as a reading has it."""
    return {
        "kind": kind,
        "text": text,
        "bullet": False,
        "places": [{"start": 0, "end": len(text), "page": 0}],
        **fields,
    }


def make_reading(total_number=300, *, articles=4, **fields):
    """The reading of an issue: consistent with its neighbours as long as nothing is said."""
    number = (total_number - 1) % 24 + 1
    found = [make_read_article(order, articles) for order in range(1, articles + 1)]
    reading = {
        "file": f"{total_number}.txt",
        "publication": "大数据发展动态",
        "date": f"2025-{(number + 1) // 2:02d}-{10 if number % 2 else 25}",
        "number": number,
        "total_number": total_number,
        "cover_headline": found[0]["title"] if found else "",
        "masthead": {"主编": ["某研究院"]},
        "toc": [{"section": each["section"], "page": each["page"], "title": each["title"]} for each in found],
        "articles": found,
        "doubts": [],
        "assignments": [],
        "text": "第一行\n第二行有一处可疑的字\n第三行",
    }
    return reading | fields


def make_read_article(order, of=4, **fields):
    place, subject = PLACES[(order - 1) % 8], SUBJECTS[(order - 1) % 8]
    return {
        "order": order,
        "section": SECTIONS[(order - 1) * 4 // of],
        "page": order,
        "in_toc": True,
        "title": f"{place}市{subject}",
        "body": [
            make_block(f"{place}市近日{subject}。{subject}由{place}市牵头，为的是{subject}。"),
            make_block(f"据介绍，{place}市下一步{subject}的进展按季度公布，成效请第三方评估。"),
        ],
        "source": [f"{place}市数据局"],
        "source_url": f"https://www.example.cn/{order}.html",
        "places": {},
        "doubts": [],
    } | fields


def make_upload(content="一份文件", name="一份文件.txt", by=None, **fields):
    """A kept file, queued unless told otherwise."""
    content = content if isinstance(content, bytes) else content.encode()
    upload, _ = Upload.objects.keep(ContentFile(content, name), name, by)
    for field, value in fields.items():
        setattr(upload, field, value)
    upload.save()
    return upload


def settle(reading, name="", upload=None):
    """Store a reading as the worker does, as a new file or again as one that is there; answer its row."""
    upload = upload or make_upload(repr((name, reading)), name or reading["file"])
    upload.refresh_from_db()
    if upload.state != Upload.State.QUEUED:
        upload.queue_again()
    upload = Upload.objects.claim(upload.pk)
    store.settle(upload, reading)
    upload.refresh_from_db()
    return upload
