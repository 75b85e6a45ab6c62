"""`newsdesk search`: passages and articles, without an answer."""

from contextlib import closing
from datetime import date

import click

from index.types import Article, Filters
from rag.settings import load_settings
from ui.cli import EXIT_CODES, day, words
from ui.wording import more_passages


@click.command(epilog=EXIT_CODES)
@click.argument("query", type=words, required=False)
@click.option("--from", "date_from", type=day, help="Only articles published on this day or later.")
@click.option("--to", "date_to", type=day, help="Only articles published on this day or earlier.")
@click.option(
    "--outlet", "outlets", type=words, multiple=True, metavar="NAME", help="Only this outlet; may be repeated."
)
@click.option(
    "--byline", "bylines", type=words, multiple=True, metavar="NAME", help="Only by this author; may be repeated."
)
@click.option(
    "--language", "languages", type=words, multiple=True, metavar="CODE", help="Only this language; may be repeated."
)
@click.option("--top-k", default=10, show_default=True, type=click.IntRange(1, 50), help="Results at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the body of the API instead of text.")
def search(
    query: str | None,
    date_from: date | None,
    date_to: date | None,
    outlets: tuple[str, ...],
    bylines: tuple[str, ...],
    languages: tuple[str, ...],
    top_k: int,
    as_json: bool,
) -> None:
    """Show the articles with the passages nearest to QUERY, best first; without QUERY the newest articles.

    \b
    Examples:
      newsdesk search "Kering suit"
      newsdesk search "store closings" --from 2020-01-01 --outlet RetailDetail
      newsdesk search --byline "Jane Doe"
    """
    filters = Filters(date_from, date_to, outlets, languages, bylines)
    if query is None:
        _list(filters, top_k, as_json)
    else:
        _search(query, filters, top_k, as_json)


def _search(query: str, filters: Filters, top_k: int, as_json: bool) -> None:
    from rag.build import build_pipeline
    from rag.types import Question
    from ui.schemas import from_found

    pipeline = build_pipeline(load_settings())
    with closing(pipeline.collection):
        found = pipeline.find(Question(query, filters=filters, top_k=top_k))
    if as_json:
        click.echo(from_found(found).model_dump_json(indent=2))
        return
    for hit in found.hits:
        click.secho(f"{hit.rank}. {_head(hit.passage.article)}", bold=True)
        more = f" · {more_passages(hit.others)}" if hit.others else ""
        click.echo(f"   score {hit.score:.2f}{more}\n   {' '.join(hit.passage.text.split())}\n")
    if not found.hits:
        click.echo("Nothing was found.")


def _list(filters: Filters, top_k: int, as_json: bool) -> None:
    from rag.build import build_collection, build_embedder
    from ui.schemas_archive import from_articles

    settings = load_settings()
    with closing(build_collection(settings, build_embedder(settings), read_only=True)) as collection:
        ids = collection.ids(filters)[::-1]
        articles = [article for id in ids[:top_k] if (article := collection.get(id))]
    if as_json:
        click.echo(from_articles(len(ids), articles).model_dump_json(indent=2))
        return
    for article in articles:
        click.echo(_head(article))
    click.echo(f"{len(articles):,} of {len(ids):,} articles, newest first.")


def _head(article: Article) -> str:
    published = article.published_at[:10] if article.published_at else "undated"
    parts = (article.id, article.outlet, published, article.byline, article.title)
    return " · ".join(part for part in parts if part)
