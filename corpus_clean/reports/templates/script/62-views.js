// Quotes by speaker and by outlet, and who shares with whom.

function chooseView(view) {
  for (const button of byId("quotes-views").children) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  byId("quotes-by-quote").hidden = view !== "quotes";
  byId("quotes-other").hidden = view === "quotes";
}

function startViews(show) {
  const builders = { speakers: speakerTable, outlets: outletTable, matrix: matrixTable };
  for (const button of byId("quotes-views").children)
    button.addEventListener("click", () => {
      const view = button.dataset.view;
      if (builders[view]) byId("quotes-other").replaceChildren(...builders[view](show));
      chooseView(view);
    });
}

function linkButton(label, action) {
  return el("button", { type: "button", class: "link", on: { click: action } }, label);
}

function plainTable(label, heads, rows) {
  const head = heads.map(([name, numeric]) => el("th", { scope: "col", class: numeric ? "num" : null }, name));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, el("table", { "data-table": label }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows)));
}

function speakerTable(show) {
  const { rows, total } = data.quotes.speakers;
  const body = rows.map(([speaker, clusters, documents, outlets, variants, first, last]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, linkButton(speaker, () => show({ speaker }))),
      [clusters, variants, documents, outlets].map((value) => el("td", { class: "num" }, number(value))),
      el("td", { class: "num" }, first ? (first === last ? first : `${first} – ${last}`) : el("span", { class: "muted" }, "no dates")),
    ),
  );
  const heads = [["Speaker"], ["Shared quotes", true], ["Wordings", true], ["Documents", true], ["Outlets", true], ["Dates", true]];
  return [el("p", { class: "result" }, `${number(rows.length)} of ${count(total, "speaker")}; the numbers count the whole run.`), plainTable("Speakers", heads, body)];
}

function outletTable(show) {
  const { rows, total } = data.quotes.outlets;
  const body = rows.map(([outlet, documents, quotes, clusters, first]) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, outlet ? linkButton(outlet, () => show({ outlet })) : el("span", { class: "muted" }, "outlet not known")),
      [documents, quotes, clusters, first].map((value) => el("td", { class: "num" }, number(value))),
    ),
  );
  const heads = [["Outlet"], ["Documents", true], ["Quotes found", true], ["Shared quotes carried", true], ["Carried on their first day", true]];
  return [el("p", { class: "result" }, `${number(rows.length)} of ${count(total, "outlet")}; the numbers count the whole run.`), plainTable("Outlets", heads, body)];
}

function matrixTable(show) {
  const { outlets, cells } = data.quotes.matrix;
  if (outlets.length < 2) return [el("p", {}, "Fewer than two named outlets carry shared quotes.")];
  const most = Math.max(1, ...cells.flatMap((row, i) => row.filter((_, j) => j !== i)));
  const rows = outlets.map((name, i) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      cells[i].map((value, j) => {
        if (i === j) return el("td", { class: "self" }, number(value));
        if (!value) return el("td", {}, el("span", { class: "visually-hidden" }, "0"));
        const button = el("button", { type: "button", "aria-label": `${count(value, "quote")} shared by ${name} and ${outlets[j]}` }, number(value));
        button.addEventListener("click", () => show({ outlet: name, other: outlets[j] }));
        return el("td", { class: `heat-${Math.max(1, Math.ceil((4 * value) / most))}` }, button);
      }),
    ),
  );
  const head = el("thead", {}, el("tr", {}, el("td", {}), outlets.map((name) => el("th", { scope: "col" }, el("span", {}, name)))));
  return [
    el("p", { class: "note" }, "How many shared quotes each two outlets both carry; on the diagonal, how many an outlet carries at all. A number opens those of them that are on this page."),
    el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Who shares with whom" }, el("table", { class: "matrix" }, head, el("tbody", {}, rows))),
  ];
}
