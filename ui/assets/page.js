// Runs once for the result component. `element` holds the HTML of ui/render.py, `watch` tells when it was replaced.

const narrow = () => window.matchMedia("(max-width: 899px)").matches;
const motion = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
const has = (node, key) => node.dataset.cites.split(" ").includes(key);
let asked = null; // the number that was pressed, to go back to
let again = false; // asked again by a button that is gone with the old answer

// Screen readers hear the answer, not the articles beside it.
const heard = document.createElement("div");
heard.className = "nd-heard";
heard.setAttribute("role", "status");
document.body.append(heard);

// Shows the quote of citation `key` in the panel; `go`: also moves the page there where the panel is below the answer.
function show(key, go) {
  element.querySelectorAll("[data-cite]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.cite === key));
  });
  element.querySelectorAll("article[data-cites]").forEach((article) => {
    article.hidden = !has(article, key);
  });
  element.querySelectorAll("mark").forEach((mark) => mark.classList.toggle("nd-on", has(mark, key)));
  const panel = element.querySelector(".nd-panel");
  const marks = [...element.querySelectorAll("mark.nd-on")];
  if (!panel || !marks.length) return;
  const above = panel.getBoundingClientRect().top;
  const start = marks[0].getBoundingClientRect().top - above + panel.scrollTop;
  const end = marks.at(-1).getBoundingClientRect().bottom - above + panel.scrollTop;
  // A quote on the first screenful is seen together with outlet, date and title.
  if (narrow()) {
    const [shown, block] = end <= window.innerHeight ? [panel, "start"] : [marks[0], "center"];
    if (go) shown.scrollIntoView({ block, behavior: motion() });
  } else {
    const inSight = Math.min(panel.clientHeight, window.innerHeight - above);
    panel.scrollTo({ top: end <= inSight ? 0 : start - inSight / 3, behavior: go ? motion() : "auto" });
  }
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-cite]");
  if (button) {
    asked = button;
    show(button.dataset.cite, true);
  } else if (event.target.closest("[data-again]")) {
    again = true;
    trigger("again", { body: event.target.closest("[data-again]").dataset.again });
  } else if (event.target.closest("[data-edit]")) {
    askEdited();
  } else if (event.target.closest(".nd-back")) {
    const target = asked || element.querySelector("#nd-heading");
    target.scrollIntoView({ block: "center", behavior: motion() });
    target.focus({ preventScroll: true });
  }
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.id === "nd-standalone") askEdited();
});

// The question as it was understood, corrected by the reader.
function askEdited() {
  const request = JSON.parse(element.querySelector("[data-edit]").dataset.edit);
  again = true;
  request.standalone_question = element.querySelector("#nd-standalone").value;
  trigger("again", { body: JSON.stringify(request) });
}

watch("value", () => {
  asked = null;
  const answer = element.querySelector(".nd-text");
  heard.textContent = answer ? answer.innerText : "";
  const first = element.querySelector("[data-cite]");
  if (first) show(first.dataset.cite, false);
  if (again) element.querySelector("#nd-heading")?.focus();
  again = false;
});
