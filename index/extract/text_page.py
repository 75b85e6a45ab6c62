"""A saved text page -> Article: what a person gets who saves or copies a web page as plain text."""

from index.extract.blocks import read_blocks
from index.extract.body import find_body, with_lead
from index.extract.judge import MIN_WORDS, is_brief, is_listing, no_article, several_articles
from index.extract.language import language_of
from index.extract.metadata import read_metadata
from index.types import Article, article_id


def read_text_page(text: str, location: str) -> Article:
    """The article of a page saved as text: furniture taken away, metadata read from where the page shows it.

    Works in time linear in the length of `text`. Raises UnreadableError when there is no article in the page.
    """
    blocks = read_blocks(text)
    body = find_body(blocks)
    if body is None:
        raise no_article(location)
    if is_listing(blocks, body.paragraphs):
        raise several_articles(location)
    found = read_metadata(blocks, body)
    if sum(blocks[i].words for i in body.paragraphs) < MIN_WORDS and not is_brief(blocks, body, found.title_at):
        raise no_article(location)
    if found.title_at is not None:
        body = with_lead(blocks, body, found.title_at)
    article_text = "\n\n".join(blocks[i].text for i in body.paragraphs if i != found.title_at)
    return Article(
        id=article_id(None, found.title, article_text),
        title=found.title,
        text=article_text,
        outlet=found.outlet,
        byline=found.byline,
        section=found.section,
        language=language_of(article_text),
        published_at=found.published_at,
        updated_at=found.updated_at,
        source=location,
    )
