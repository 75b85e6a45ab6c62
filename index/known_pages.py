"""Pages of the catalog that need not be read again: each by its digest, with the article that it gives."""

from sqlite3 import Connection

MOST_OF_ARTICLE = 20
"""Pages that are kept of one article, those noted last: a page on the web may be another at each visit, by an
advertisement, and give the same article."""


def note(db: Connection, digest: bytes, article_id: str) -> None:
    """Keep that the page gives the article as it is stored; nothing where there is none of this id."""
    query = "INSERT OR REPLACE INTO pages (digest, article_id) SELECT ?, id FROM articles WHERE id = ?"
    db.execute(query, (digest, article_id))
    older = "SELECT rowid FROM pages WHERE article_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?"
    db.execute(f"DELETE FROM pages WHERE rowid IN ({older})", (article_id, MOST_OF_ARTICLE))


def article_id(db: Connection, digest: bytes) -> str | None:
    """Id of the article that the page gives; None where it has to be read."""
    row = db.execute("SELECT article_id FROM pages WHERE digest = ?", (digest,)).fetchone()
    return row and str(row[0])
