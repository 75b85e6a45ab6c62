// The server that the page came from, whatever path it is served under.

const at = (path) => new URL(path, document.baseURI).href;

// The JSON body of an answer; an error says what a person is to be told.
async function told(response) {
  const body = response.status === 204 ? null : await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body?.detail || "The server answers otherwise than expected. Try again.");
  return body;
}

async function reach(path, options) {
  try {
    return await fetch(at(path), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server cannot be reached. See whether it runs, then try again.");
  }
}

export async function getJson(path) {
  return told(await reach(path));
}

export async function getHtml(path) {
  const response = await reach(path);
  if (!response.ok) await told(response);
  return response.text();
}

export async function sendJson(path, body) {
  const headers = { "Content-Type": "application/json" };
  return told(await reach(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function remove(path) {
  return told(await reach(path, { method: "DELETE" }));
}

// Server-sent events of a POST: [name, data], one after the other.
export function events(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return streamed(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

export function sendFile(path, file) {
  const headers = { "Content-Type": "application/octet-stream" };
  return streamed(`${path}?name=${encodeURIComponent(file.name)}`, { method: "POST", headers, body: file });
}

async function* streamed(path, options) {
  const response = await reach(path, options);
  if (!response.ok) await told(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const name = lines.find((line) => line.startsWith("event: "))?.slice(7);
      const data = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
      if (name) yield [name, JSON.parse(data.join("\n"))];
    }
  }
}
