// The theme is a cookie read by the server, so a page never flashes. Here it only changes without a reload.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-theme-switch]");
  if (!form) return;
  event.preventDefault();
  const field = form.elements.theme;
  const root = document.documentElement;
  const chosen = field.value;
  const body = new FormData(form);
  root.dataset.bsTheme = chosen;
  for (const other of document.querySelectorAll("form[data-theme-switch]")) {
    other.elements.theme.value = chosen === "dark" ? "light" : "dark";
    for (const part of other.querySelectorAll("[data-theme-word]")) part.hidden = part.dataset.themeWord !== chosen;
  }
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (!answer) root.dataset.bsTheme = chosen === "dark" ? "light" : "dark";
});
