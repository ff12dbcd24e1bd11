"""Files that cannot be read, a class for each cause; the message says what to do."""

from __future__ import annotations


class UnreadableFile(Exception):  # noqa: N818 - reads as what it says of the file
    """The file holds no issue that could be stored. `message` is one Chinese sentence for the editor."""

    code = "unreadable-file"
    message = "文件无法读取，请换一份再交。"

    def __init__(self, message: str = "") -> None:
        self.message = message or type(self).message
        super().__init__(self.message)


class EmptyFile(UnreadableFile):
    code = "empty-file"
    message = "文件是空的，没有任何文字，请检查原件后重新交来。"


class TooLarge(UnreadableFile):
    code = "too-large"
    message = "文件超过了大小上限，请压缩图片或只交正文后重试。"


class BinaryFile(UnreadableFile):
    code = "binary-file"
    message = "文件不是 PDF，也不是纯文本，请另存为 PDF 或 TXT 后再交。"


class UnknownEncoding(UnreadableFile):
    code = "unknown-encoding"
    message = "认不出文件的文字编码，请用 UTF-8 或 GB18030 编码另存为 TXT 后再交。"


class NotThisBulletin(UnreadableFile):
    code = "not-this-bulletin"
    message = "文件里没有“大数据发展动态”的刊名和本期要目，看来不是本刊，请核对后交来本刊的一期。"


class NoIssueNumber(UnreadableFile):
    code = "no-issue-number"
    message = "在封面和刊头都没有找到“总第…期”，无法知道是哪一期，请在封面补上期号后再交。"


class NoDate(UnreadableFile):
    code = "no-date"
    message = "在封面和刊头都没有找到出版日期，请在封面补上“2025年1月13日”这样的日期后再交。"


class NoArticles(UnreadableFile):
    code = "no-articles"
    message = "读到了期号，却没有读到一篇文章，请确认文件里有正文，不只是封面或目录。"


class EncryptedPdf(UnreadableFile):
    code = "encrypted-pdf"
    message = "这份 PDF 设了打开密码，请去掉密码另存后再交。"


class DamagedPdf(UnreadableFile):
    code = "damaged-pdf"
    message = "这份 PDF 已损坏或不完整，打不开，请重新导出或重新下载后再交。"


class NoPages(UnreadableFile):
    code = "no-pages"
    message = "这份 PDF 里一页也没有，请重新导出后再交。"


class TooManyPages(UnreadableFile):
    code = "too-many-pages"
    message = "这份 PDF 的页数超过了上限，请只交一期的文件。"


class HugePage(UnreadableFile):
    code = "huge-page"
    message = "这份 PDF 有一页大得不像书页，请重新导出 PDF 后再交。"


class NeedsOcr(UnreadableFile):
    code = "needs-ocr"
    message = (
        "这份 PDF 是扫描件，没有可用的文字，"
        "请管理员安装文字识别组件（pip install -r requirements-ocr.txt）后重试。"
    )


class TruncatedPdf(UnreadableFile):
    code = "truncated-pdf"
    message = "这份 PDF 不完整，后面一截没有了，多半是没有下载完或没有拷完，请重新下载后再交。"


class NestedTooDeep(UnreadableFile):
    code = "nested-too-deep"
    message = "这份 PDF 的内部结构一层套一层，深得不正常，没有再读下去，请用别的软件重新导出后再交。"


class MissingFile(UnreadableFile):
    code = "missing-file"
    message = "原件已不在存放的地方，请把这份文件重新交一次，或请管理员从备份找回。"


class NoSuchPage(UnreadableFile):
    code = "no-such-page"
    message = "文件里没有这一页。"


class TooSlow(UnreadableFile):
    code = "too-slow"
    message = "读得太久，已停下。文件还在：可以重试，或拆成几份再交。"

    @classmethod
    def after(cls, seconds: float) -> TooSlow:
        return cls(f"读了 {seconds:g} 秒还没有读完，已停下。文件还在：可以重试，或拆成几份再交。")


class TooMuchMemory(UnreadableFile):
    code = "too-much-memory"
    message = "读这份文件用的内存超过了上限，已停下，请重新导出 PDF，或拆成几份再交。"

    @classmethod
    def over(cls, megabytes: float) -> TooMuchMemory:
        return cls(
            f"读这份文件用的内存超过了 {megabytes:g} MB 的上限，已停下。"
            "文件可能有问题：请重新导出 PDF，或拆成几份再交。"
        )


class TooMuchFound(UnreadableFile):
    code = "too-much-found"
    message = "从这份文件读出的内容多得不正常，已停下，请只交一期的文件。"

    @classmethod
    def over(cls, megabytes: float) -> TooMuchFound:
        return cls(f"从这份文件读出的内容超过了 {megabytes:g} MB，不像一期刊物，已停下，请只交一期的文件。")


class ReaderCrashed(UnreadableFile):
    code = "reader-crashed"
    message = "读取程序在这份文件上崩溃了，别的文件不受影响。文件可能已损坏：请重新导出 PDF 后再交。"


def of(code: str, message: str) -> UnreadableFile:
    """The error of a class with its message, as told by another process."""
    kinds = {kind.code: kind for kind in UnreadableFile.__subclasses__()}
    return kinds.get(code, UnreadableFile)(message)
