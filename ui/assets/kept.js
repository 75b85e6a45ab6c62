// What this browser keeps: the questions that were asked here, and settings. Nobody else has it.

const MOST = 50;

export function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(`newsdesk.${name}`)) ?? otherwise;
  } catch {
    return otherwise; // storage is forbidden, or holds something else
  }
}

export function write(name, value) {
  try {
    localStorage.setItem(`newsdesk.${name}`, JSON.stringify(value));
  } catch {
    // forbidden or full: the page works without
  }
}

export function startKept(root) {
  const place = root.querySelector("#nd-kept");
  place.addEventListener("click", (event) => {
    if (event.target.dataset.forget !== undefined) {
      write("questions", []);
      show(root);
      place.querySelector("summary").focus();
    } else if (event.target.dataset.question) {
      const box = root.querySelector("#nd-question");
      box.value = event.target.dataset.question;
      root.querySelector("#nd-ask").requestSubmit();
    }
  });
  show(root);
}

export function remember(root, answer) {
  const others = read("questions", []).filter((kept) => kept.question !== answer.question);
  write("questions", [{ question: answer.question, id: answer.answer_id ?? null }, ...others].slice(0, MOST));
  show(root);
}

function show(root) {
  const questions = read("questions", []);
  const place = root.querySelector("#nd-kept");
  place.hidden = !questions.length;
  const items = questions.map((kept) => {
    const item = document.createElement("li");
    item.append(kept.id ? link(kept) : button(kept));
    return item;
  });
  const list = document.createElement("ol");
  list.append(...items);
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "nd-chip";
  forget.dataset.forget = "";
  forget.textContent = "Forget them";
  place.querySelector("div").replaceChildren(list, forget);
}

// To the answer that was given.
function link(kept) {
  const made = document.createElement("a");
  made.href = `?answer=${encodeURIComponent(kept.id)}`;
  made.dataset.view = "";
  made.textContent = kept.question;
  return made;
}

function button(kept) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "nd-plain";
  made.dataset.question = kept.question;
  made.textContent = kept.question;
  return made;
}
