// A field that is a table ([data-table]: its columns): rows of inputs over the real textarea, whose JSON is what is sent.
const chinese = document.documentElement.lang.startsWith("zh");
const words = chinese ? { add: "增加一行", remove: "删除此行" } : { add: "Add a row", remove: "Remove this row" };
const LINKS = ["person", "unit"];
const label = (column) => (chinese ? column.label_zh : column.label_en);

function read(textarea) {
  try {
    const rows = JSON.parse(textarea.value || "[]");
    return Array.isArray(rows) ? rows : null;
  } catch {
    return null; // what cannot be read stays as text, to be put right by hand
  }
}

function inputFor(column, stored) {
  let value = stored;
  if (column.type === "choice" && column.choices) {
    const select = document.createElement("select");
    select.add(new Option("—", ""));
    for (const choice of column.choices) select.add(new Option(chinese ? choice.zh : choice.en, choice.value));
    select.value = value ?? "";
    return select;
  }
  const input = document.createElement("input");
  if (LINKS.includes(column.type)) {
    input.dataset.reference = column.type;
    input.autocomplete = "off";
    if (typeof value === "number") value = `#${value}`; // an id, as the server reads it
  }
  input.type = { date: "date", int: "number" }[column.type] ?? "text";
  input.value = value ?? "";
  return input;
}

function write(textarea, body) {
  const columns = JSON.parse(textarea.dataset.table);
  const rows = [...body.rows].map((row) => {
    const found = {};
    [...row.querySelectorAll("input, select")].forEach((input, index) => {
      const column = columns[index];
      if (input.value !== "") found[column.name] = column.type === "int" ? Number(input.value) : input.value;
    });
    return found;
  }).filter((row) => Object.keys(row).length);
  textarea.value = rows.length ? JSON.stringify(rows) : "";
}

function button(text, css) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = css;
  made.textContent = text;
  return made;
}

function addRow(body, columns, values = {}) {
  const row = body.insertRow();
  for (const column of columns) {
    const input = inputFor(column, values[column.name]);
    input.setAttribute("aria-label", label(column));
    row.insertCell().append(input);
  }
  const remove = button("×", "ph-btn ph-btn--quiet ph-btn--icon");
  remove.setAttribute("aria-label", words.remove);
  remove.dataset.removeRow = "";
  row.insertCell().append(remove);
  return row;
}

function wake(textarea) {
  const columns = JSON.parse(textarea.dataset.table);
  const plain = columns.every((column) => ["text", "int", "date", "choice", "longtext", "money", ...LINKS].includes(column.type) && !column.code_table);
  const rows = read(textarea);
  if (textarea.dataset.awake || rows === null || !plain) return;
  textarea.dataset.awake = "1";
  textarea.hidden = true;
  const table = document.createElement("table");
  table.className = "ph-table ph-tablefield";
  const head = table.createTHead().insertRow();
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = label(column);
    head.append(cell);
  }
  head.insertCell();
  const body = table.createTBody();
  for (const row of rows.length ? rows : [{}]) addRow(body, columns, row);
  const add = button(`+ ${words.add}`, "ph-btn ph-btn--sm");
  textarea.after(table, add);
  add.addEventListener("click", () => addRow(body, columns).querySelector("input, select")?.focus());
  table.addEventListener("click", (event) => {
    if (!event.target.closest("[data-remove-row]")) return;
    event.target.closest("tr").remove();
    write(textarea, body);
  });
  table.addEventListener("input", () => write(textarea, body));
}

const wakeAll = (root) => root.querySelectorAll("textarea[data-table]").forEach(wake);
document.addEventListener("htmx:load", (event) => wakeAll(event.target));
wakeAll(document);
