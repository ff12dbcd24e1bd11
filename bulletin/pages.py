"""What every page for readers is made with: what its head says, how its lists are parted."""

from dataclasses import dataclass, field

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404

from bulletin import structured_data


@dataclass(frozen=True)
class Meta:
    """What the head of a page says about it."""

    title: str
    description: str
    address: str  # canonical, absolute
    kind: str = "website"  # og:type
    graphs: list = field(default_factory=list)  # JSON-LD
    indexed: bool = True
    feed: str = ""  # address of the Atom feed of the same list

    @property
    def scripts(self):
        return [structured_data.as_script(graph) for graph in self.graphs]


class _LeanPaginator(Paginator):
    """Finds the keys of a page first, and fetches what its rows show for those alone.

    Rows that a page far down passes over are never joined to anything.
    """

    def __init__(self, rows, size, dress):
        super().__init__(rows, size)
        self.dress = dress

    def page(self, number):
        number = self.validate_number(number)
        first, rows = (number - 1) * self.per_page, self.object_list
        after = min(first + self.per_page, self.count)
        if first > self.count / 2:  # nearer to the end: counted from there
            keys = rows.reverse()[self.count - after : self.count - first]
        else:
            keys = rows[first:after]
        shown = self.dress(rows.model.objects.filter(pk__in=keys.values("pk")))
        if rows.query.order_by:
            shown = shown.order_by(*rows.query.order_by)
        return self._get_page(shown, number, self)


def page_of(request, rows, size, dress=None, count=None):
    """The page of the rows that the request asks for. Raises Http404 for one that is not there.

    dress: what to do to a query of the page's rows, so that it fetches all that they show.
    count: how many rows there are, where that is known already.
    """
    paginator = _LeanPaginator(rows, size, dress) if dress else Paginator(rows, size)
    if count is not None:
        paginator.count = count
    try:
        page = paginator.page(request.GET.get("page") or 1)
    except InvalidPage as error:
        raise Http404 from error
    page.numbers = list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return page
