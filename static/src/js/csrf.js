// htmx requests carry the token of the page; the cookie itself may be closed to scripts.
document.addEventListener("htmx:configRequest", (event) => {
  const meta = document.querySelector('meta[name="csrf-token"]');
  if (meta && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = meta.content;
});
