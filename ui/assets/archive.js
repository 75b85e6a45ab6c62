// The archive: what is in it, what a search finds, and one article to read.

import { startChanges } from "./changes.js";
import { getHtml } from "./server.js";

let out;

// The views of the archive, by name.
export function startArchive(root, changed) {
  out = root.querySelector("#nd-out");
  startChanges(out, changed);
  out.addEventListener("submit", (event) => {
    if (event.target.id !== "nd-search") return;
    event.preventDefault();
    search(event.target);
  });
  return { archive: () => open("page/archive"), article };
}

async function open(path) {
  delete out.dataset.answer;
  try {
    out.innerHTML = await getHtml(path);
    const form = out.querySelector("#nd-search");
    if (form) search(form);
    else out.querySelector("h2").focus();
  } catch (error) {
    fail(out, error);
  }
}

function article(wanted) {
  return open(`page/articles/${encodeURIComponent(wanted.get("id") || "")}`);
}

async function search(form) {
  const given = [...new FormData(form)].filter(([, value]) => value);
  const place = form.parentElement.querySelector("#nd-found");
  try {
    place.innerHTML = await getHtml(`page/search?${new URLSearchParams(given)}`);
  } catch (error) {
    fail(place, error);
  }
}

function fail(place, error) {
  place.innerHTML = "<div class='nd-error' role='alert'><p></p></div>";
  place.querySelector("p").textContent = error.message;
}
