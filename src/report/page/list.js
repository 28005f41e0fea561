// Fills, sorts, filters and pages the two lists, and shows a claim's working. Texts are set as
// text, never as markup.
"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const words = read("words");
  const ROWS_PER_PAGE = 50;

  const money = (fen) => {
    const digits = String(Math.abs(fen)).padStart(3, "0");
    const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
    return (fen < 0 ? "-" : "") + yuan + "." + digits.slice(-2);
  };
  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : collator.compare(a, b);

  function list(name, { rows, choiceOf, cell }) {
    const table = document.getElementById(name + "-table");
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const form = document.querySelector(`form[data-table=${name}]`);
    const pager = document.querySelector(`.pager[data-table=${name}]`);
    const count = form.querySelector("output");
    const entries = rows.map((row, index) => ({
      row, index, text: row.filter((v) => typeof v === "string").join("\n").toLowerCase(),
    }));
    let sorted = entries, shown = entries, page = 0;

    const before = element("button", words.before);
    const where = element("span");
    const after = element("button", words.after);
    before.type = after.type = "button";
    pager.append(before, where, after);
    before.onclick = () => { page -= 1; draw(); };
    after.onclick = () => { page += 1; draw(); };

    function draw() {
      const pages = Math.max(1, Math.ceil(shown.length / ROWS_PER_PAGE));
      page = Math.min(Math.max(page, 0), pages - 1);
      const first = page * ROWS_PER_PAGE;
      body.replaceChildren(...shown.slice(first, first + ROWS_PER_PAGE).map((entry) => {
        const line = element("tr");
        heads.forEach((head, column) => line.append(cell(entry.row, column, entry.index)));
        return line;
      }));
      count.textContent = `${shown.length} / ${entries.length} ${table.dataset.unit}`;
      where.textContent = words.page.replace("{0}", page + 1).replace("{1}", pages);
      before.disabled = page === 0;
      after.disabled = page === pages - 1;
      pager.hidden = pages === 1;
    }
    function filter() {
      const text = form.elements.text.value.trim().toLowerCase();
      const choice = form.elements.choice.value;
      shown = sorted.filter((entry) =>
        (!text || entry.text.includes(text)) && (!choice || choiceOf(entry.row) === choice));
      page = 0;
      draw();
    }
    heads.forEach((head, column) => {
      const button = element("button", head.textContent);
      button.type = "button";
      head.replaceChildren(button);
      button.onclick = () => {
        const down = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down > 0 ? "ascending" : "descending");
        sorted = [...entries].sort((a, b) => down * compare(a.row[column], b.row[column]) || a.index - b.index);
        filter();
      };
    });
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    draw();
    return {
      find: (text) => { form.elements.text.value = text; filter(); },
    };
  }

