// The numbers of an answer, and the panel that shows the words behind them.

const narrow = () => window.matchMedia("(max-width: 899px)").matches;
const motion = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
const has = (node, key) => node.dataset.cites.split(" ").includes(key);
let pressed = null; // the number that was pressed, to go back to

export function startSources(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-cite]");
    if (button) {
      pressed = button;
      showQuote(root, button.dataset.cite, true);
    } else if (event.target.closest(".nd-back")) {
      const target = pressed || root.querySelector("#nd-heading");
      target.scrollIntoView({ block: "center", behavior: motion() });
      target.focus({ preventScroll: true });
    }
  });
}

// A new answer: its first quote.
export function showFirst(root) {
  pressed = null;
  const first = root.querySelector("[data-cite]");
  if (first) showQuote(root, first.dataset.cite, false);
}

// Shows the quote of citation `key` in the panel; `go`: also moves the page there where the panel is below the answer.
function showQuote(root, key, go) {
  root.querySelectorAll("[data-cite]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.cite === key));
  });
  root.querySelectorAll("article[data-cites]").forEach((article) => {
    article.hidden = !has(article, key);
  });
  root.querySelectorAll("mark").forEach((mark) => mark.classList.toggle("nd-on", has(mark, key)));
  const panel = root.querySelector(".nd-panel");
  const marks = [...root.querySelectorAll("mark.nd-on")];
  if (!panel || !marks.length) return;
  const above = panel.getBoundingClientRect().top;
  const start = marks[0].getBoundingClientRect().top - above + panel.scrollTop;
  const end = marks.at(-1).getBoundingClientRect().bottom - above + panel.scrollTop;
  // A quote on the first screenful is seen together with outlet, date and title.
  if (narrow()) {
    const seen = window.innerHeight - parseFloat(getComputedStyle(panel).scrollMarginTop);
    const [shown, block] = end <= seen ? [panel, "start"] : [marks[0], "center"];
    if (go) shown.scrollIntoView({ block, behavior: motion() });
  } else {
    const inSight = Math.min(panel.clientHeight, window.innerHeight - above);
    panel.scrollTo({ top: end <= inSight ? 0 : start - inSight / 3, behavior: go ? motion() : "auto" });
  }
}
