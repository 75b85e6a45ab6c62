"""The tables of the catalog, in the steps in which they came to be: a file that has seen N of them has schema N."""

# `articles` and `old_versions` have the fields of index.types.Article. What is large comes last in its row or in a
# table of its own, so that counting and filtering touch few pages.
# AUTOINCREMENT: a chunk id is never given twice, so an id that a FAISS file still holds cannot mean another text.
ARTICLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, url TEXT, outlet TEXT, byline TEXT, section TEXT,
    language TEXT, published_at TEXT, updated_at TEXT, fetched_at TEXT, source TEXT, version INTEGER NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX articles_filtered ON articles (published_at, outlet, language, id); -- all that a filter looks at
CREATE INDEX articles_without_url ON articles (source) WHERE url IS NULL;
CREATE TABLE old_versions (
    id TEXT NOT NULL, title TEXT NOT NULL, url TEXT, outlet TEXT, byline TEXT, section TEXT,
    language TEXT, published_at TEXT, updated_at TEXT, fetched_at TEXT, source TEXT, version INTEGER NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (id, version)
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    stop INTEGER NOT NULL
);
CREATE INDEX chunks_of_article ON chunks (article_id);
CREATE TABLE embeddings (
    chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id) ON DELETE CASCADE,
    vector BLOB NOT NULL -- float32, little endian
);
CREATE TABLE sentences (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    spans BLOB NOT NULL, -- int32 pairs, little endian
    vectors BLOB NOT NULL -- float16, little endian
);
CREATE VIRTUAL TABLE chunk_text USING fts5 (title, text, tokenize = 'porter unicode61 remove_diacritics 2');
"""

# What was deleted on request, so that the next crawl does not bring it back. Nothing of the text is kept.
DELETED = """
CREATE TABLE deleted (
    id TEXT PRIMARY KEY, url TEXT, source TEXT, deleted_at TEXT NOT NULL
) WITHOUT ROWID;
"""

# The articles that tell the same story share a number. `bands` are the keys of index.dedup by which copies find each
# other. An article without a row here came from an older archive, and is compared by the next writer.
STORIES = """
CREATE TABLE stories (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, story INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_of_story ON stories (story);
CREATE TABLE bands (
    key INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (key, article_id)
) WITHOUT ROWID;
CREATE INDEX bands_of_article ON bands (article_id);
"""

# The pages by whose digest an article is known: met again, such a page gives just what is stored. A new version and a
# deletion take the rows along, so that what could change anything is always read. Those of older archives are noted
# when they are met.
PAGES = """
CREATE TABLE pages (
    digest BLOB PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE
);
CREATE INDEX pages_of_article ON pages (article_id);
"""

STEPS = (ARTICLES, DELETED, STORIES, PAGES)
"""Never change one that was released: add another. Each after the first makes new tables and leaves the others as they
are, so that a reader of an older file can do with empty ones of its own."""

VERSION = len(STEPS)
