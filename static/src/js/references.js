// Inputs that name a person or a unit ([data-reference]): while somebody types, matches are suggested; ↑/↓ and Enter
// choose, Escape closes. What is sent is the badge number or the unit code, which can also be typed by hand.
const ADDRESSES = { person: "/roster/officers/lookup", unit: "/roster/units/lookup" };
const DELAY = 180;
let number = 0;

function listOf(input) {
  if (input.dataset.list) return document.getElementById(input.dataset.list);
  const list = document.createElement("ul");
  list.id = input.dataset.list = `references-${(number += 1)}`;
  list.className = "ph-suggest ph-suggest-box";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  const words = document.createElement("span");
  words.className = "ph-dim ph-reference-name";
  input.parentElement.classList.add("ph-reference");
  input.after(list, words);
  const set = (name, value) => input.setAttribute(name, value);
  set("role", "combobox");
  set("aria-autocomplete", "list");
  set("aria-expanded", "false");
  set("aria-controls", list.id);
  return list;
}

function close(input) {
  const list = listOf(input);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(input, option) {
  input.value = option.dataset.key;
  listOf(input).nextElementSibling.textContent = option.dataset.words;
  close(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function show(input, results) {
  const list = listOf(input);
  list.replaceChildren(
    ...results.map((result, index) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${index}`;
      option.setAttribute("role", "option");
      option.dataset.key = result.key;
      option.dataset.words = [result.label, result.note].filter(Boolean).join(" · ");
      const name = document.createElement("b");
      name.textContent = result.label;
      const note = document.createElement("span");
      note.className = "ph-dim";
      note.textContent = [result.key, result.note].filter((text, at, all) => text && all.indexOf(text) === at).join(" · ");
      option.append(name, note);
      return option;
    }),
  );
  list.hidden = results.length === 0;
  input.setAttribute("aria-expanded", String(results.length > 0));
  move(input, 0);
}

function move(input, step) {
  const options = [...listOf(input).children];
  if (!options.length) return;
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = Math.min(Math.max(at + step, 0), options.length - 1);
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === next)));
  input.setAttribute("aria-activedescendant", options[next].id);
  options[next].scrollIntoView({ block: "nearest" });
}

async function ask(input) {
  const text = input.value.trim();
  const address = ADDRESSES[input.dataset.reference];
  if (!text || !address) return close(input);
  const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok && input.value.trim() === text && document.activeElement === input) show(input, (await answer.json()).results);
  return undefined;
}

const timers = new WeakMap();
document.addEventListener("input", (event) => {
  const input = event.target.closest?.("input[data-reference]");
  if (!input) return;
  listOf(input).nextElementSibling.textContent = "";
  clearTimeout(timers.get(input));
  timers.set(input, setTimeout(() => ask(input), DELAY));
});
document.addEventListener("keydown", (event) => {
  const input = event.target.closest?.("input[data-reference]");
  if (!input || event.isComposing || listOf(input).hidden) return;
  if (event.key === "ArrowDown") move(input, 1);
  else if (event.key === "ArrowUp") move(input, -1);
  else if (event.key === "Escape") close(input);
  else if (event.key === "Enter") choose(input, listOf(input).querySelector("[aria-selected=true]"));
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
// pointerdown comes before the input loses its focus
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".ph-reference [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option.parentElement.parentElement.querySelector("input[data-reference]"), option);
});
document.addEventListener("focusout", (event) => {
  const input = event.target.closest?.("input[data-reference]");
  if (input?.dataset.list) close(input);
});
