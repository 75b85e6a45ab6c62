// Asking: the form, the answer while it comes and when it is there, and what is asked again.

import { fields, startChoices } from "./choices.js";
import { remember, startKept } from "./kept.js";
import { events, getJson } from "./server.js";
import { showFirst } from "./sources.js";
import { copy, sendFeedback } from "./take.js";

const NEXT_ATTEMPT = 2000; // milliseconds
const MOST_ATTEMPTS = 15;

const narrow = () => window.matchMedia("(max-width: 899px)").matches;

let root, visit, form, box, out, intro;
let before = []; // what was said before the answer that is shown
let turns = []; // the same with it: what the next question goes on from
let running = null;

export function startAsking(element, toVisit) {
  root = element;
  visit = toVisit;
  form = root.querySelector("#nd-ask");
  box = root.querySelector("#nd-question");
  out = root.querySelector("#nd-out");
  intro = out.innerHTML;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    askNew();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    askNew();
  });
  root.querySelector("#nd-stop").addEventListener("click", () => running?.abort());
  root.querySelector("#nd-fresh").addEventListener("click", () => {
    visit("");
    begin();
  });
  root.querySelector("#nd-examples").addEventListener("click", (event) => {
    if (event.target.tagName !== "BUTTON") return;
    box.value = event.target.textContent;
    askNew();
  });
  out.addEventListener("click", act);
  out.addEventListener("submit", sendFeedback);
  out.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.id === "nd-standalone") revise();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") running?.abort();
  });
  startKept(root);
  box.disabled = false; // until now nobody would have listened
  if (!narrow()) box.focus();
  return { ask: open, leave, choices: (html) => startChoices(form, html) };
}

// What the address asks for: an answer that was given, or nothing yet.
async function open(wanted) {
  const id = wanted.get("answer");
  if (!id) return begin();
  if (out.dataset.answer === id) return;
  try {
    const answer = await getJson(`page/answers/${encodeURIComponent(id)}`);
    turns = [];
    showAnswer(answer, []);
  } catch (error) {
    fail(error.message);
  }
}

// Nobody waits for what is being answered any more.
function leave() {
  running?.abort();
  running = null;
}

function begin() {
  leave();
  before = turns = [];
  box.value = "";
  delete out.dataset.answer;
  out.innerHTML = intro;
  settle();
  offerExamples();
  if (!narrow()) box.focus();
}

async function offerExamples(attempt = 0) {
  const place = root.querySelector("#nd-examples");
  const questions = place.childElementCount ? null : await getJson("page/examples").catch(() => []);
  if (questions) place.replaceChildren(...questions.map(exampleButton));
  else if (!place.childElementCount && attempt < MOST_ATTEMPTS) {
    setTimeout(() => offerExamples(attempt + 1), NEXT_ATTEMPT); // they are being looked for
  }
  settle();
}

function exampleButton(question) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = question;
  return button;
}

// What is offered depends on whether something was asked.
function settle() {
  const asked = Boolean(out.querySelector(".nd-result, .nd-error, .nd-coming"));
  const examples = root.querySelector("#nd-examples");
  examples.hidden = asked || !examples.childElementCount;
  root.querySelector("#nd-fresh").hidden = !asked;
  root.querySelector("#nd-stop").hidden = !running;
  root.querySelector("#nd-submit").hidden = Boolean(running);
}

function askNew() {
  ask({ ...fields(form), question: box.value }, turns, false);
}

// `history`: what was said before; `again`: by a button that is gone with the old answer.
async function ask(request, history, again) {
  running?.abort();
  const mine = (running = new AbortController());
  const coming = showComing(request.question);
  settle();
  if (narrow()) {
    box.blur();
    out.scrollIntoView({ block: "start" });
  }
  try {
    for await (const [name, data] of events("page/ask", { ...request, history }, mine.signal)) {
      if (name === "search") coming.found(data.hits);
      else if (name === "delta") coming.add(data.text);
      else if (name === "pending") coming.expect(data.text);
      else if (name === "error") throw new Error(data.detail);
      else if (name === "final") {
        running = null;
        showAnswer(data, history);
        remember(root, data);
        if (again) out.querySelector("#nd-heading")?.focus({ preventScroll: true });
      }
    }
    if (running === mine) {
      running = null;
      coming.stop("The server broke off");
    }
  } catch (error) {
    if (running !== mine) return; // another question took its place
    running = null;
    if (error.name === "AbortError") coming.stop("Stopped");
    else fail(error.message);
  }
  settle();
}

// The answer while it comes; its words are text, never HTML.
function showComing(question) {
  out.innerHTML =
    "<div class='nd-coming'><p class='nd-question'></p><h2 id='nd-heading' tabindex='-1'>Looking in the archive</h2>" +
    "<div class='nd-text' aria-busy='true'><p><span></span><span class='nd-pending'></span></p></div></div>";
  delete out.dataset.answer;
  out.querySelector(".nd-question").textContent = question;
  const heading = out.querySelector("h2");
  const [words, pending] = out.querySelectorAll(".nd-text span"); // the second is not confirmed yet
  return {
    found(hits) {
      const articles = new Set(hits.map((hit) => hit.article_id)).size;
      heading.textContent = `Reading ${articles} article${articles === 1 ? "" : "s"}`;
    },
    add(text) {
      words.textContent += text;
    },
    expect(text) {
      pending.textContent = text;
    },
    stop(said) {
      heading.textContent = said;
      pending.remove();
      out.querySelector(".nd-text").removeAttribute("aria-busy");
      box.value = question;
      box.focus();
    },
  };
}

function showAnswer(answer, history) {
  before = history;
  turns = answer.history;
  out.innerHTML = answer.html;
  showFirst(root);
  // Screen readers hear the answer, not the articles beside it.
  root.querySelector("#nd-heard").textContent = answer.heard;
  root.querySelector(".nd-holds").textContent = answer.holds;
  if (answer.answer_id) {
    out.dataset.answer = answer.answer_id;
    visit(`?answer=${answer.answer_id}`);
  }
  settle();
}

function fail(sentence) {
  out.innerHTML = "<div class='nd-error' role='alert'><p></p></div>";
  out.querySelector("p").textContent = sentence;
  settle();
}

const requested = () => JSON.parse(out.querySelector(".nd-result").dataset.request);

function act(event) {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.again) ask({ ...requested(), ...JSON.parse(button.dataset.again) }, before, true);
  else if ("revise" in button.dataset) revise();
  else if (button.dataset.rewind) rewind(button.dataset.rewind);
  else if (button.dataset.copy) copy(button, button.dataset.copy);
  else if (button.dataset.copyLink) copy(button, new URL(button.dataset.copyLink, document.baseURI).href);
}

// The question as it was understood, corrected by the reader.
function revise() {
  const standalone_question = out.querySelector("#nd-standalone").value;
  ask({ ...requested(), times: null, latest: null, told_by: null, standalone_question }, before, true);
}

// Ask a question otherwise: what came after it is forgotten when it is asked.
function rewind(place) {
  const all = [...before, { role: "user", content: requested().question }];
  const at = place === "last" ? all.length - 1 : Number(place);
  box.value = all[at].content;
  turns = all.slice(0, at);
  box.focus();
  box.select();
}
