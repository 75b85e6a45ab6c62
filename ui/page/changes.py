"""Where the archive can be changed from the page: forms to add an article, a button to delete one."""

from html import escape

from index.sources.files import KINDS, PACKED
from index.types import Article

ADD = (
    "<details class='nd-add'><summary>Add articles</summary>"
    "<form data-add='url'><label for='nd-url'>Address of an article</label><div class='nd-row'>"
    "<input type='url' id='nd-url' name='url' required placeholder='https://'>"
    "<button type='submit' class='nd-chip'>Fetch</button></div></form>"
    "<form data-add='file'><label for='nd-file'>A file of articles</label><div class='nd-row'>"
    f"<input type='file' id='nd-file' name='file' required accept='{','.join((*KINDS, *PACKED))}'>"
    "<button type='submit' class='nd-chip'>Add</button></div></form>"
    "<p class='nd-added' role='status'></p><ul class='nd-outcomes'></ul></details>"
)


def delete_button(article: Article) -> str:
    """`data-delete`: its id."""
    return (
        f"<p><button type='button' class='nd-chip' data-delete='{escape(article.id)}' "
        f"data-title='{escape(article.title)}'>Delete this article</button></p>"
    )
