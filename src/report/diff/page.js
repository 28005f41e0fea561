  const changes = read("changes-data");
  const dialog = document.getElementById("detail");
  function section(title, items, made) {
    if (!items.length) return [];
    const list = element("ul");
    list.append(...items.map(made));
    return [element("h3", title), list];
  }
  function show(row, index) {
    const detail = changes.details[index];
    const body = document.getElementById("detail-body");
    document.getElementById("detail-title").textContent = `${words.claim} ${row[0]} · ${row[1]}`;
    if (!detail) {
      body.replaceChildren(element("p", words.absent));
    } else {
      const source = (item, word, text) => {
        if (text) item.append(element("div", `${word} ${text}`, "from"));
      };
      body.replaceChildren(
        element("p", `${row[5]} ${detail.id} ${detail.ref}`),
        element("p", `${row[6]} → ${detail.treated} · ${detail.hospital} · ${detail.route}`),
        element("p", `${words.payable} ${money(row[7])} → ${money(row[8])} (${money(row[9])})`),
        element("p", `${words.cause} ${row[2]} ${row[3]}`),
        ...section(words.reasons, row[4] ? [row[4]] : [], (text) => element("li", text)),
        ...section(words.money, detail.money, ([name, old, now]) =>
          element("li", `${name} ${money(old)} → ${money(now)}`)),
        ...section(words.steps, detail.steps, ([name, values, role, old, now]) => {
          const item = element("li", `${name}: ${values} [${role}]`);
          if (old === now) {
            source(item, words.source, now);
          } else {
            source(item, words.old, old);
            source(item, words.now, now);
          }
          return item;
        }));
    }
    dialog.showModal();
  }
  const claimList = list("changes", {
    rows: changes.rows,
    choiceOf: (row) => row[10],
    cell(row, column, index) {
      if (column === 0) {
        const made = element("td");
        const button = element("button", row[0]);
        button.type = "button";
        button.onclick = () => show(row, index);
        made.append(button);
        return made;
      }
      return column > 6 ? element("td", money(row[column]), "n") : element("td", row[column]);
    },
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  const wanted = decodeURIComponent(location.hash.slice(1));
  const at = changes.rows.findIndex((row) => row[0] === wanted);
  if (at >= 0) { claimList.find(wanted); show(changes.rows[at], at); }
})();
