// Fills the frame of ui/page/start.py: which view is shown, by the address, and what belongs to all of them.

import { startArchive } from "./archive.js";
import { startAsking } from "./ask.js";
import { getJson } from "./server.js";
import { startSources } from "./sources.js";

let root = null;
const views = {};

// `element` holds the frame. Called once, by Gradio.
export function start(element) {
  root = element;
  startSources(root);
  Object.assign(views, startAsking(root, visit), startArchive(root, hold));
  root.addEventListener("click", follow);
  window.addEventListener("popstate", show);
  show();
  hold();
}

// What the archive holds, always in sight.
async function hold() {
  const holds = root.querySelector(".nd-holds");
  try {
    const begun = await getJson("page/start");
    holds.textContent = begun.holds;
    views.choices(begun.choices);
    root.querySelector("#nd-logout").hidden = !begun.logged_in;
  } catch {
    holds.textContent = "The archive is not ready";
  }
}

// Changes the address without loading the page again.
function visit(query) {
  if (query !== location.search) history.pushState(null, "", query || location.pathname);
}

function follow(event) {
  const link = event.target.closest("a[data-view]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  visit(new URL(link.href).search);
  show();
}

// Shows what the address says.
function show() {
  const wanted = new URLSearchParams(location.search);
  const view = wanted.get("view") || "ask";
  root.querySelectorAll("nav [data-view]").forEach((link) => {
    if (link.dataset.view === (view === "article" ? "archive" : view)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  root.querySelector("#nd-ask").hidden = view !== "ask";
  if (view !== "ask") views.leave();
  (views[view] || views.ask)(wanted);
}
