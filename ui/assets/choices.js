// Filters and settings; the settings are kept in this browser.

import { read, write } from "./kept.js";

const SETTINGS = ["llm", "top_k"];

export function startChoices(form, html) {
  const place = form.querySelector("#nd-choices");
  place.innerHTML = html;
  const defaults = Object.fromEntries(SETTINGS.map((name) => [name, form.elements[name].value]));
  put(form, { ...defaults, ...read("settings", {}) });
  place.addEventListener("change", () => {
    write("settings", Object.fromEntries(SETTINGS.map((name) => [name, form.elements[name].value])));
    count(form);
  });
  place.querySelector("[data-reset]").addEventListener("click", () => {
    form.querySelectorAll("#nd-choices input").forEach((input) => {
      if (input.type === "checkbox") input.checked = false;
      else input.value = "";
    });
    put(form, defaults);
    write("settings", {});
    count(form);
  });
  count(form);
}

// A model that is not offered any more does not count.
function put(form, settings) {
  for (const name of SETTINGS) {
    const field = form.elements[name];
    if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === settings[name])) {
      field.value = settings[name];
    }
  }
}

// The parts of a request that were chosen here.
export function fields(form) {
  if (!form.elements.llm) return {};
  const value = (name) => form.elements[name].value || null;
  const ticked = (name) => [...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value);
  const filters = {
    date_from: value("date_from"),
    date_to: value("date_to"),
    outlets: ticked("outlets"),
    languages: ticked("languages"),
  };
  return { filters, as_of: value("as_of"), llm: value("llm"), top_k: Number(value("top_k")) || null };
}

// How many filters are set, for when they are folded up.
function count(form) {
  const { filters, as_of } = fields(form);
  const set = [filters.date_from, filters.date_to, as_of].filter(Boolean).length;
  const all = set + filters.outlets.length + filters.languages.length;
  form.querySelector("#nd-options summary").textContent = `Filters and settings${all ? ` (${all})` : ""}`;
}
