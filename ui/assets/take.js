// What a reader takes from an answer, and what they give back.

import { sendJson } from "./server.js";

export async function copy(button, words) {
  const label = button.textContent;
  const html = label.endsWith("HTML");
  const forms = { "text/plain": new Blob([words], { type: "text/plain" }) };
  if (html) forms["text/html"] = new Blob([words], { type: "text/html" });
  try {
    await navigator.clipboard.write([new ClipboardItem(forms)]);
  } catch {
    copyOld(words); // not on a page without TLS
  }
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = label), 1500);
}

function copyOld(words) {
  const area = document.createElement("textarea");
  area.value = words;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export async function sendFeedback(event) {
  const form = event.target;
  if (!form.dataset.feedback) return;
  event.preventDefault();
  const body = { answer_id: form.dataset.feedback, kind: form.elements.kind.value, note: form.elements.note.value };
  const told = form.querySelector("[role=status]");
  try {
    await sendJson("feedback", body);
    told.textContent = "Thank you. It is kept with the answer.";
  } catch (error) {
    told.textContent = error.message;
  }
}
