"""Articles of the catalog that tell the same story, found as they are stored."""

from functools import lru_cache
from sqlite3 import Connection

from index.dedup import Fingerprint, bands, fingerprint, same_story

MOST_COMPARED = 50
"""Articles that a new one is compared with at most, those first that share most bands."""


def join(db: Connection, article_id: str, title: str, text: str) -> None:
    """Put a stored article into the story of those that tell the same, or into one of its own."""
    own, keys = _features(title, text)
    query = "SELECT s.story, a.title, a.text FROM articles a JOIN stories s ON s.article_id = a.id WHERE a.id = ?"
    known: set[int] = set()
    for candidate in alike(db, article_id, title, text, MOST_COMPARED):
        story, other_title, other_text = db.execute(query, (candidate,)).fetchone()
        if story not in known and same_story(own, fingerprint(other_title, other_text)):
            known.add(story)
    if known:
        (story, *others) = sorted(known)
        db.executemany("UPDATE stories SET story = ? WHERE story = ?", [(story, other) for other in others])
    else:
        (story,) = db.execute("SELECT coalesce(max(story), 0) + 1 FROM stories").fetchone()
    db.execute("INSERT INTO stories VALUES (?, ?)", (article_id, story))
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(key, article_id) for key in keys])


def alike(db: Connection, article_id: str, title: str, text: str, most: int) -> list[str]:
    """Ids of other articles that may tell the same story as this one, which need not be stored; the likeliest first."""
    keys = _features(title, text)[1]
    query = (
        f"SELECT article_id FROM bands WHERE key IN ({', '.join('?' * len(keys))}) AND article_id <> ? "
        "GROUP BY article_id ORDER BY count(*) DESC, article_id LIMIT ?"
    )
    return [row[0] for row in db.execute(query, (*keys, article_id, most))]


@lru_cache(maxsize=32)  # an article is looked for before it is embedded, and again when it is stored
def _features(title: str, text: str) -> tuple[Fingerprint, list[int]]:
    own = fingerprint(title, text)
    return own, bands(own)


def not_joined(db: Connection, most: int) -> list[tuple[str, str, str]]:
    """Id, title and text of articles that were never compared, at most so many."""
    query = "SELECT id, title, text FROM articles WHERE id NOT IN (SELECT article_id FROM stories) LIMIT ?"
    return db.execute(query, (most,)).fetchall()


def members(db: Connection, article_id: str) -> list[str]:
    """Ids of the articles that tell the same story, this one among them: the original first, which is the earliest of
    those with a date, and of several the longest."""
    query = (
        "SELECT a.id FROM stories own JOIN stories s USING (story) JOIN articles a ON a.id = s.article_id "
        "WHERE own.article_id = ? "
        "ORDER BY a.published_at IS NULL, substr(a.published_at, 1, 10), length(a.text) DESC, a.id"
    )
    return [row[0] for row in db.execute(query, (article_id,))]
