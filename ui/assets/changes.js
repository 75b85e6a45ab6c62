// Adding and deleting articles, where the key allows it.

import { events, remove, sendFile } from "./server.js";

// `changed`: what to do when the archive holds something else.
export function startChanges(out, changed) {
  out.addEventListener("submit", (event) => {
    if (!event.target.dataset.add) return;
    event.preventDefault();
    add(event.target, changed);
  });
  out.addEventListener("click", (event) => {
    if (event.target.dataset.delete) erase(out, event.target, changed);
  });
}

async function add(form, changed) {
  const place = form.closest(".nd-add");
  const said = place.querySelector(".nd-added");
  const list = place.querySelector(".nd-outcomes");
  const button = form.querySelector("button");
  const file = form.elements.file?.files[0];
  let done = 0;
  button.disabled = true;
  list.replaceChildren();
  said.textContent = "Reading";
  try {
    const told = file ? sendFile("page/add/file", file) : events("page/add/url", { url: form.elements.url.value });
    for await (const [name, data] of told) {
      if (name === "error") throw new Error(data.detail);
      else if (name === "report") said.textContent = data.said;
      else if (name === "outcome") {
        said.textContent = `${(done += 1)} read so far`;
        if (data.title || data.problem) list.append(outcome(data));
      }
    }
    form.reset();
    changed();
  } catch (error) {
    said.textContent = error.message;
  }
  button.disabled = false;
}

function outcome(data) {
  const item = document.createElement("li");
  item.append(`${data.state}: `);
  if (data.article_id && data.state !== "skipped") {
    const link = document.createElement("a");
    link.href = `?view=article&id=${encodeURIComponent(data.article_id)}`;
    link.dataset.view = "article";
    link.textContent = data.title;
    item.append(link);
  } else item.append(data.title || data.location);
  if (data.problem) item.append(` (${data.problem})`);
  return item;
}

async function erase(place, button, changed) {
  if (!window.confirm(`Delete “${button.dataset.title}” with all its versions, for good?`)) return;
  try {
    await remove(`page/articles/${encodeURIComponent(button.dataset.delete)}`);
    place.innerHTML = "<p role='status'>The article is deleted.</p>";
    changed();
  } catch (error) {
    place.insertAdjacentHTML("afterbegin", "<div class='nd-error' role='alert'><p></p></div>");
    place.querySelector(".nd-error p").textContent = error.message;
  }
}
