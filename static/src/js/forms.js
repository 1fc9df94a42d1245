// Forms: no double submit, fields sent on change, password eye, six code boxes, drop zone, copy link.
import { announce } from "./announce.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-theme-switch")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.matches("[hx-post], [hx-put], [hx-delete], [data-download]")) return;
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) button.classList.add("is-busy");
});
// Back from the next page by the browser's own cache: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll(".is-busy")) button.classList.remove("is-busy");
  }
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
});

document.addEventListener("click", async (event) => {
  const offer = event.target.closest("[data-choose]");
  if (offer) {
    const field = document.getElementById(offer.dataset.choose);
    field.value = offer.dataset.value;
    field.focus();
    return;
  }
  const eye = event.target.closest("[data-eye]");
  if (eye) {
    const input = eye.parentElement.querySelector("input");
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    eye.setAttribute("aria-pressed", String(!shown));
    return;
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const text = copy.dataset.copy || location.href;
    try {
      await navigator.clipboard.writeText(new URL(text, location.href).href);
      announce(copy.dataset.done, "ok");
    } catch {
      announce(text, "warn"); // no clipboard without https: the address is shown to be copied by hand
    }
  }
});

// --- six boxes over one real input
function drawCode(box) {
  const input = box.querySelector("input");
  box.querySelectorAll(".ph-code6-boxes i").forEach((cell, index) => {
    cell.textContent = input.value[index] ?? "";
    cell.classList.toggle("is-cursor", index === Math.min(input.value.length, 5));
  });
}

function wakeCodes(root) {
  for (const box of root.querySelectorAll(".ph-code6")) {
    box.classList.add("is-live");
    drawCode(box);
  }
}
document.addEventListener("input", (event) => {
  const box = event.target.closest(".ph-code6");
  if (!box) return;
  event.target.value = event.target.value.normalize("NFKC").replace(/\D/g, "").slice(0, 6);
  drawCode(box);
  if (event.target.value.length === 6) event.target.form.requestSubmit();
});

// --- drop zone: the real file input stays, so it works by keyboard and without a mouse
function showFiles(zone) {
  const names = [...zone.querySelector("input[type=file]").files].map((file) => file.name);
  zone.querySelector(".ph-drop-files").textContent = names.join("、");
}
for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const zone = event.target.closest?.(".ph-drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", type === "dragenter" || type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) {
      const input = zone.querySelector("input[type=file]");
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
document.addEventListener("change", (event) => {
  const zone = event.target.closest(".ph-drop");
  if (zone) showFiles(zone);
});

// --- seconds until the next code
function tickCountdown() {
  const left = 30 - (Math.floor(Date.now() / 1000) % 30);
  for (const element of document.querySelectorAll("[data-countdown]")) {
    element.querySelector("[data-seconds]").textContent = left;
    element.querySelector("rect")?.setAttribute("width", String((left / 30) * 100));
  }
}

document.addEventListener("DOMContentLoaded", () => wakeCodes(document));
if (document.readyState !== "loading") wakeCodes(document);
if (document.querySelector("[data-countdown]")) {
  tickCountdown();
  setInterval(tickCountdown, 1000);
}
