"""`newsdesk reembed`: the archive with another embedder."""

from contextlib import closing
from pathlib import Path

import click

from rag.settings import keep, load_settings, settled
from ui.cli import EXIT_CODES, STOPPED, fail, words


@click.command(epilog=EXIT_CODES)
@click.option("--embedder", "name", type=words, metavar="NAME", help="Text to vectors: a name or package.module:Class.")
@click.option("--model", type=words, metavar="NAME|FOLDER", help="Its model; none: the packaged one.")
def reembed(name: str | None, model: str | None) -> None:
    """Embed the archive anew: by the embedder and model given, or else by those of the settings.

    The archive is searched as it is until all is done; then the new vectors take the place of the old, at once. Stopped
    before, the same command goes on from there; an ingest has to wait. What is given here is kept in newsdesk.toml. A
    running server follows, and so does `newsdesk ingest --watch`.

    \b
    Examples:
      newsdesk reembed --embedder sentence_transformer --model sentence-transformers/all-mpnet-base-v2
      newsdesk reembed --model ../models/of-our-own
    """
    from tqdm import tqdm

    from index.reembed import reembed as run
    from rag.build import build_embedder, build_reembedding

    settings = load_settings()
    if chosen := _chosen(name, model):
        settings = settled(settings, **chosen)
    embedder = build_embedder(settings)
    with closing(build_reembedding(settings, embedder)) as archive, tqdm(unit=" articles", disable=None) as bar:

        def told(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        try:
            changed = run(archive, embedder, told, lambda: chosen and keep(settings, *chosen))
        except KeyboardInterrupt:
            fail("Stopped before the end. The archive is as it was; the same command goes on from there.", STOPPED)
    built = f"{embedder.id.model}, dimension {embedder.id.dimension}, weights {embedder.id.weights_sha256[:12]}"
    click.echo(f"The archive is built with {built}{'' if changed else ' already'}.")


def _chosen(name: str | None, model: str | None) -> dict[str, str | None]:
    """The settings that are given; an embedder without a model takes its own."""
    if model and Path(model).is_dir():
        model = str(Path(model).absolute())
    chosen = {"embedder": name} if name else {}
    return chosen | {"embedder_model": model} if name or model else {}
