// <button data-dialog="id"> opens <dialog id="id">; [data-dialog-close] closes it; a click on the backdrop too.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog.ph-dialog")) {
    const { left, right, top, bottom } = event.target.getBoundingClientRect();
    const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (!inside) event.target.close();
  }
});
// A fragment that brings <dialog data-open> is shown as soon as it arrives.
document.addEventListener("htmx:load", (event) => {
  for (const dialog of event.target.querySelectorAll("dialog[data-open]")) dialog.showModal();
});
