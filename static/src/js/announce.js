// Short words for people: a visible toast inside the page's role=status region, so screen readers say it too.
const SECONDS = 6;

export function announce(text, level = "info") {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const toast = document.createElement("div");
  toast.className = `ph-toast ph-toast--${level}`;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", region.dataset.close);
  close.addEventListener("click", () => toast.remove());
  toast.append(words, close);
  region.append(toast);
  if (level !== "stop") setTimeout(() => toast.remove(), SECONDS * 1000);
}

// What Django's messages framework wrote into the page is said the same way.
for (const written of document.querySelectorAll("#toasts > .ph-toast")) {
  const level = /ph-toast--(\w+)/.exec(written.className)?.[1];
  const text = written.textContent.trim();
  written.remove();
  announce(text, level);
}

// The server may say something with any htmx answer: HX-Trigger: {"announce": {"text": "…", "level": "ok"}}
document.addEventListener("announce", (event) => announce(event.detail.text ?? event.detail.value, event.detail.level));

function reportFailure(event) {
  const region = document.getElementById("toasts");
  const reference = event.detail.xhr?.getResponseHeader?.("X-Request-ID");
  announce([region?.dataset.failed, reference].filter(Boolean).join(" "), "stop");
}
document.addEventListener("htmx:responseError", reportFailure);
document.addEventListener("htmx:sendError", () => announce(document.getElementById("toasts")?.dataset.offline, "stop"));
