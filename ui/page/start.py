"""What the page shows before anything is asked: its frame, what the archive holds, filters and settings."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from index.types import Manifest, Tally
from ui.page.parts import day

NOT_READY = "The archive is not ready"

FRAME = """
<header class='nd-masthead'>
  <a class='nd-skip' href='#nd-main'>Skip to the answer</a>
  <h1><a href='?' data-view>Newsdesk</a></h1>
  <nav aria-label='Views'>
    <a href='?' data-view='ask'>Ask</a> <a href='?view=archive' data-view='archive'>Archive</a>
  </nav>
  <form id='nd-logout' method='post' action='logout' hidden><button class='nd-plain'>Log out</button></form>
  <p class='nd-holds' aria-live='polite'>Opening the archive</p>
</header>
<form id='nd-ask' role='search' aria-label='Ask the archive'>
  <label for='nd-question'>Your question</label>
  <div class='nd-row'>
    <textarea id='nd-question' rows='1' placeholder='Ask what the archive reports' enterkeyhint='send'
      disabled></textarea>
    <button type='submit' id='nd-submit'>Ask</button>
    <button type='button' id='nd-stop' hidden>Stop</button>
  </div>
  <div class='nd-row nd-tools'>
    <details id='nd-options'><summary>Filters and settings</summary><div id='nd-choices'></div></details>
    <details id='nd-kept'><summary>Your questions</summary><div></div></details>
    <button type='button' id='nd-fresh' hidden>New conversation</button>
  </div>
  <div id='nd-examples' role='group' aria-label='Examples' hidden></div>
</form>
<div id='nd-main' tabindex='-1'>
  <div id='nd-out'><p class='nd-intro'>Each sentence of an answer ends with a number. Press it to read the exact words
  in their article. When the archive does not say, you are told so, with the nearest evidence.</p></div>
</div>
<div id='nd-heard' class='nd-heard' role='status'></div>
"""


def holdings(manifest: Manifest) -> str:
    """How many articles, and up to which day."""
    count = f"{manifest.articles:,} article{'' if manifest.articles == 1 else 's'}"
    reaches = f"reaches to {day(manifest.data_through)}" if manifest.data_through else "holds no dated article"
    return f"{count} · archive {reaches}"


def choices(tallies: Sequence[Tally], llms: Sequence[str], llm: str, top_k: int) -> str:
    """Filters and settings as the fields of a form, with the names of a request."""
    days = "".join(
        f"<label>{said} <input type='date' name='{name}'></label>"
        for name, said in (("date_from", "From"), ("date_to", "To"), ("as_of", "Asked as of"))
    )
    outlets = boxes("outlets", "Outlets", ((one.outlet, one.articles) for one in tallies))
    languages = boxes("languages", "Languages", ((one.language, one.articles) for one in tallies))
    models = "".join(
        f"<option value='{escape(name)}'{' selected' if name == llm else ''}>{escape(name)}</option>" for name in llms
    )
    return (
        f"<fieldset><legend>Published</legend>{days}</fieldset>{outlets}{languages}"
        f"<fieldset><legend>Settings</legend><label>Written by <select name='llm'>{models}</select></label>"
        f"<label>Passages to answer from <input type='number' name='top_k' min='1' max='50' value='{top_k}'></label>"
        "</fieldset><p><button type='button' class='nd-chip' data-reset>Reset</button></p>"
    )


def boxes(name: str, legend: str, counted: Iterable[tuple[str | None, int]]) -> str:
    """A box to tick for each value, the most frequent first; nothing where there is no choice."""
    counts: Counter[str] = Counter()
    for value, count in counted:
        if value:
            counts[value] += count
    if len(counts) < 2:
        return ""
    boxes = "".join(
        f"<label><input type='checkbox' name='{name}' value='{escape(value)}'> {escape(value)} "
        f"<span class='nd-count'>{count:,}</span></label>"
        for value, count in counts.most_common()
    )
    return f"<fieldset class='nd-boxes'><legend>{legend}</legend><div>{boxes}</div></fieldset>"
