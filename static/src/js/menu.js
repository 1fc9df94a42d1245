// The groups of the menu remember whether they are folded: in a cookie that the server reads, so that nothing jumps.
const YEAR = 365 * 24 * 3600;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-menu-group] > summary")) return;
  // The group opens or folds after this event.
  setTimeout(() => {
    const folded = [...document.querySelectorAll("[data-menu-group]:not([open])")].map((group) => group.dataset.menuGroup);
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `menu=${folded.join(".")}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  });
});
