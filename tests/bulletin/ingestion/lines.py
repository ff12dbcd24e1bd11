"""Lines made by hand, as the layout of a PDF gives them: printed lines with size, weight, page and links."""

from bulletin.ingestion.shapes import Line, Link, Place, Source


class Sheets:
    """Writes a source line by line."""

    def __init__(self) -> None:
        self.text = ""
        self.lines: list[Line] = []
        self.links: list[Link] = []
        self.page = 1

    def put(
        self, text: str, *, begins: bool | None = None, size: float = 10.5, bold: bool = False
    ) -> "Sheets":
        place = self._place(text)
        self.lines.append(Line(text, place, size=size, bold=bold, begins=begins))
        return self

    def paragraph(self, *printed: str) -> "Sheets":
        """Printed lines of one paragraph: the first is indented, the others are not."""
        for i, text in enumerate(printed):
            self.put(text, begins=i == 0)
        return self

    def row(self, *cells: str) -> "Sheets":
        text = "\t".join(cells)
        self.lines.append(Line(text, self._place(text), cells=cells))
        return self

    def picture(self) -> "Sheets":
        self.lines.append(Line("", Place(len(self.text), len(self.text), self.page), picture=True))
        return self

    def code(self, url: str) -> "Sheets":
        self.links.append(Link(url, "qr", Place(len(self.text), len(self.text), self.page)))
        return self

    def annotated(self, text: str, url: str) -> "Sheets":
        place = self._place(text)
        link = Link(url, "annotation", place)
        self.lines.append(Line(text, place, size=10.5, begins=True, links=(link,)))
        return self

    def turn(self) -> "Sheets":
        self.page += 1
        return self

    def source(self) -> Source:
        return Source(self.text, tuple(self.lines), pages=self.page, links=tuple(self.links))

    def _place(self, text: str) -> Place:
        start = len(self.text)
        self.text += text + "\n"
        return Place(start, start + len(text), self.page)
