"""The archive with another embedder: beside the vectors that are searched, then in their place."""

from collections.abc import Callable

from index.embedding import GATHER, embed
from index.interfaces import Embedder, Reembedding


def reembed(
    archive: Reembedding,
    embedder: Embedder,
    told: Callable[[int, int], object],
    ready: Callable[[], object],
) -> bool:
    """Embed every article that waits for it, then switch; False when the archive was built with `embedder` already.
    Ended before the switch, it goes on from there the next time.

    `told` hears of every few articles once they are stored: how many are done now, of how many. `ready` is called right
    before the switch.
    """
    if archive.built_with() == embedder.id:
        ready()
        return False
    waiting = archive.waiting()
    for start in range(0, len(waiting), GATHER):
        embedded = embed([archive.cut(article_id) for article_id in waiting[start : start + GATHER]], embedder, {})
        archive.put(embedded)
        told(start + len(embedded), len(waiting))
    archive.switch(ready)
    return True
