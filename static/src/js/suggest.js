// Search suggestions come by htmx into #suggestions; the arrow keys walk through their links, Escape closes.
const box = () => document.getElementById("suggestions");
const links = () => [...(box()?.querySelectorAll("a") ?? [])];

function close() {
  const element = box();
  if (element) element.textContent = "";
}

document.addEventListener("keydown", (event) => {
  const search = event.target.closest?.(".ph-search");
  if (!search) return;
  const all = links();
  const at = all.indexOf(document.activeElement);
  if (event.key === "Escape") {
    close();
    search.querySelector("input").focus();
  } else if (event.key === "ArrowDown" && all.length) {
    event.preventDefault();
    all[Math.min(at + 1, all.length - 1)].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    (all[at - 1] ?? search.querySelector("input")).focus();
  }
});
document.addEventListener("focusout", (event) => {
  const search = event.target.closest?.(".ph-search");
  if (search && !search.contains(event.relatedTarget)) setTimeout(() => search.contains(document.activeElement) || close(), 150);
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "suggestions" && !document.getElementById("q")?.value.trim()) close();
});
