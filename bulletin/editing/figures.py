"""Pictures of an article as readers get them: which have a text for those who do not see them."""

from bulletin import prose
from bulletin.editing import body as bodies
from bulletin.models import Article


def pictures_of(article: Article) -> list[prose.Part]:
    """The parts of the text that show a picture, in their order; `id` is 0 where it has no caption."""
    parts = prose.flow(article.body, pictures=article.places.get("picture") or ())
    return [part for part in parts if part.picture]


def pictures_without_text(article: Article) -> list[prose.Part]:
    """The pictures that readers will see and that no alternative text tells of.

    A caption names a picture, it does not tell what is on it; so a caption alone does not do.
    """
    return [part for part in pictures_of(article) if not part.alt]


def give_caption(article: Article, number: int) -> int | None:
    """Give a picture without caption a paragraph of its own, where it stands; answers the paragraph's id.

    number counts the article's pictures from 1. None if there is no such picture.
    """
    loose = next(
        (part for part in pictures_of(article) if part.picture.number == number and not part.id), None
    )
    if loose is None:
        return None
    place = article.places["picture"][number - 1]
    before = [block for block in article.body if prose.begins_at(block) < place["start"]]
    article.last_block_id += 1
    block: bodies.Block = {"id": article.last_block_id, "kind": "figure", "text": "", "rows": []}
    block |= {"bullet": False, "places": [place], "alt": ""}
    article.body = [*article.body[: len(before)], block, *article.body[len(before) :]]
    return article.last_block_id
