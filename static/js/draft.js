// What is typed in <form data-draft="key" data-saved="version"> stays in this browser until the
// server has it. data-saved changes each time the server keeps something.
const PREFIX = "ctg-draft:";
const KEPT_FOR = 30 * 24 * 3600 * 1000;
const form = document.querySelector("form[data-draft]");
const line = document.getElementById("saved");

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

for (const name of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
  const isSent = document.querySelector(`[data-drafts-done~="${name.slice(PREFIX.length)}"]`);
  if (isSent || !(Date.now() - read(name)?.at < KEPT_FOR)) localStorage.removeItem(name);
}

// After htmx, which listens from the same moment on: what is put back is saved at once.
if (form) document.addEventListener("DOMContentLoaded", () => keepSafe(form, PREFIX + form.dataset.draft));

function keepSafe(form, name) {
  let leftAt = 0;

  const values = () =>
    Object.fromEntries([...new FormData(form)].filter(([key]) => !["csrfmiddlewaretoken", "seen"].includes(key)));
  const write = (changes) => localStorage.setItem(name, JSON.stringify({ ...read(name), ...changes }));
  const keep = () => write({ at: Date.now(), base: form.dataset.saved, values: values() });
  const forget = () => localStorage.removeItem(name);
  const say = (word, link) => {
    const text = document.createElement("span");
    text.className = "unsaved";
    text.textContent = line.dataset[word];
    if (link) text.append(" ", Object.assign(document.createElement("a"), { href: location.href, textContent: line.dataset.link }));
    line.replaceChildren(text);
  };
  const fill = (kept) => {
    for (const [key, value] of Object.entries(kept)) {
      const field = form.elements.namedItem(key);
      if (field) field.value = value;
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const show = (selector) => {
    const notice = form.querySelector(selector);
    notice.hidden = false;
    notice.focus();
  };

  const kept = read(name);
  if (kept && JSON.stringify(kept.values) !== JSON.stringify(values())) {
    const isNewer = kept.base !== form.dataset.saved;
    if (isNewer && kept.isSent) forget();
    else if (isNewer) show("[data-offered]");
    else {
      fill(kept.values);
      show("[data-restored]");
    }
  }
  form.addEventListener("click", (event) => {
    if (event.target.matches("[data-take]")) fill(kept.values);
    else if (event.target.matches("[data-forget]")) forget();
    else return;
    form.querySelector("[data-offered]").hidden = true;
  });

  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine) return write({ isSent: true });
    event.preventDefault();
    say("offline");
  });

  form.addEventListener("htmx:beforeRequest", () => (leftAt = Date.now()));
  form.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (!xhr.responseURL || new URL(xhr.responseURL).pathname === location.pathname) return;
    event.detail.shouldSwap = false;
    say("expired", true);
  });
  form.addEventListener("htmx:sendError", () => say("offline"));
  form.addEventListener("htmx:responseError", () => say("failed", true));
  form.addEventListener("ctg:saved", (event) => {
    const { version } = event.detail;
    form.dataset.saved = version;
    if (!(read(name)?.at > leftAt)) forget();
    else write({ base: version });
  });
  addEventListener("online", () => read(name) && form.dispatchEvent(new Event("input", { bubbles: true })));
}
