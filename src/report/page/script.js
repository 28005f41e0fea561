  const claims = read("claims-data");
  const findings = read("findings-data");
  const outcomes = new Map(
    [...document.querySelectorAll("#totals .outcome")].map((o) => [o.classList[1], o.textContent]));

  const dialog = document.getElementById("working");
  function section(title, items, made) {
    if (!items.length) return [];
    const ordered = element(title === words.steps ? "ol" : "ul");
    ordered.append(...items.map(made));
    return [element("h3", title), ordered];
  }
  function show(row, index) {
    const working = claims.workings[index];
    const body = document.getElementById("working-body");
    document.getElementById("working-title").textContent = `${words.claim} ${row[0]} · ${outcomes.get(row[1])}`;
    if (!working) {
      body.replaceChildren(element("p", `${words.absent} ${row[0]}`));
    } else {
      const plain = (text) => element("li", text);
      const step = ([sentence, source, rows]) => {
        const item = element("li", sentence);
        if (source) item.append(element("div", `${words.source} ${source}`, "from"));
        if (rows) item.append(element("div", `${words.rows} ${rows}`, "from"));
        return item;
      };
      const own = findings.rows.filter((finding) => finding[8].split("; ").includes(row[0]));
      body.replaceChildren(
        element("p", `${row[3]} ${working.id} · ${row[4]} → ${row[5]} · ${row[6]} · ${working.stay}`),
        element("p", `${words.total} ${money(row[8])} = ${words.fund} ${money(row[9])} + ${words.person} ${money(row[10])}`),
        element("div", `${words.rows} ${working.source}`, "from"),
        ...section(words.reasons, working.reasons, plain),
        ...section(words.cures, working.cures, plain),
        ...section(words.steps, working.steps, step),
        ...section(words.findings, own, (finding) => {
          const item = element("li", `${finding[0]} [${finding[2]}] ${finding[6]}`);
          item.append(element("div", finding[7], "from"));
          return item;
        }));
    }
    dialog.showModal();
  }

  const claimList = list("claims", {
    rows: claims.rows,
    choiceOf: (row) => row[1],
    cell(row, column, index) {
      if (column === 0) {
        const made = element("td");
        const button = element("button", row[0]);
        button.type = "button";
        button.onclick = () => show(row, index);
        made.append(button);
        return made;
      }
      if (column === 1) {
        const made = element("td");
        made.append(element("span", outcomes.get(row[1]), "outcome " + row[1]));
        return made;
      }
      return column > 7 ? element("td", money(row[column]), "n") : element("td", row[column]);
    },
  });

  const kinds = [...new Set(findings.rows.map((row) => row[1]))].sort(collator.compare);
  const choices = document.querySelector("form[data-table=findings]").elements.choice;
  kinds.forEach((kind) => {
    const option = element("option", kind);
    option.value = kind;
    choices.append(option);
  });
  list("findings", {
    rows: findings.rows,
    choiceOf: (row) => row[1],
    cell(row, column) {
      if (column === 4 || column === 5) return element("td", money(row[column]), "n");
      return element("td", row[column]);
    },
  });

  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  const wanted = decodeURIComponent(location.hash.slice(1));
  const at = claims.rows.findIndex((row) => row[0] === wanted);
  if (at >= 0) { claimList.find(wanted); show(claims.rows[at], at); }
})();
