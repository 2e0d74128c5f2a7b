// What is being typed into form[data-draft] is kept on the server: a moment after the last key, and on leaving.
const PAUSE = 1200;

export function drafts() {
  for (const form of document.querySelectorAll("form[data-draft]")) watch(form);
}

function watch(form) {
  const status = form.querySelector("[data-draft-status]");
  let timer = null;
  let dirty = false;

  form.addEventListener("input", () => {
    dirty = true;
    status && (status.textContent = "");
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    dirty = false;
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => dirty && save(true));

  async function save(leaving = false) {
    dirty = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { "X-CSRFToken": document.body.dataset.csrf, Accept: "application/json" },
        keepalive: leaving === true,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      if (status) status.textContent = (await answer.json()).words;
    } catch {
      dirty = true;
      if (status) status.textContent = status.dataset.failed;
    }
  }
}
