// Duplicates: groups and pairs, each side by side.

function startDuplicates() {
  const { items, total, threshold } = data.duplicates;
  const form = byId("duplicates-form");
  const relations = [...new Set(items.flatMap((item) => item.members.map((member) => member[3])))].filter(Boolean).sort();
  fillSelect(form.elements.namedItem("relation"), relations.map((relation) => [relation, relation]));
  const nearest = (item) => Math.min(...item.members.map((member) => Math.abs((member[1] ?? 0) - threshold)));
  const orders = {
    borderline: (a, b) => nearest(a) - nearest(b),
    largest: (a, b) => b.size - a.size,
    name: (a, b) => (docId(a.keeper) < docId(b.keeper) ? -1 : 1),
  };
  const update = (filters) => {
    const words = filters.q.trim().toLowerCase();
    const found = items.filter(
      (item) =>
        (!filters.kind || item.kind === filters.kind) &&
        (!filters.relation || item.members.some((member) => member[3] === filters.relation)) &&
        (!words || [item.keeper, ...item.members.map((member) => member[0])].some((doc) => docId(doc).toLowerCase().includes(words)) || (item.text || "").toLowerCase().includes(words)),
    );
    // Passages are many and short: what was decided about whole documents comes first.
    const passage = (item) => (item.kind === "passage" ? 1 : 0);
    found.sort((a, b) => passage(a) - passage(b) || orders[filters.order](a, b) || (a.id < b.id ? -1 : 1));
    const text = items.length
      ? `${number(found.length)} of ${number(items.length)} shown; the run found ${count(total.removed, "group")} of duplicates, ${count(total.linked, "linked pair")} and ${count(total.passage, "pair")} of repeated passages.`
      : "Nothing repeats anything.";
    byId("duplicates-count").textContent = text;
    announce(text);
    const list = byId("duplicates-list");
    list.replaceChildren();
    showInPages(list, found, 50, (item) => duplicateDetails(item));
    const first = list.querySelector("details");
    if (first) first.open = true;
  };
  watchForm(form, update);
  update(Object.fromEntries(new FormData(form)));
}

const KINDS = {
  removed: (item) => `${count(item.size, "copy", "copies")} left out for it`,
  linked: () => "linked, both kept",
  passage: () => "the same passage in another document",
};

function duplicateDetails(item) {
  const [other, jaccard, , relation] = item.members[0];
  const details = el(
    "details",
    { class: "duplicate", "data-kind": item.kind },
    el(
      "summary",
      {},
      el("div", { class: "row" }, el("span", { class: "name" }, docId(item.keeper)), el("span", { class: "end likeness" }, similarityScale(jaccard), el("span", {}, score(jaccard)), el("span", {}, relation))),
      el("p", { class: "sub" }, `${KINDS[item.kind](item)}: ${docId(other)}${item.members.length > 1 ? " and others" : ""}`),
    ),
  );
  let filled = false;
  details.addEventListener("toggle", () => {
    if (!details.open || filled) return;
    filled = true;
    details.append(duplicateInside(item));
  });
  return details;
}

function duplicateInside(item) {
  const inside = el("div", { class: "inside" });
  const place = el("div", {});
  const buttons = [];
  const compare = (member) => {
    for (const [button, of] of buttons) button.setAttribute("aria-pressed", String(of === member));
    place.replaceChildren(sideBySide(item, member));
  };
  const rows = item.members.map((member) => {
    const button = el("button", { type: "button", "aria-pressed": "false", "aria-label": `Compare with ${docId(member[0])}` }, "Compare");
    button.addEventListener("click", () => compare(member));
    buttons.push([button, member]);
    const [doc, jaccard, containment, relation] = member;
    return el("tr", {}, el("th", { scope: "row" }, describeDocument(doc)), el("td", {}, relation), el("td", { class: "num" }, score(jaccard)), el("td", { class: "num" }, score(containment)), el("td", { class: "num" }, button));
  });
  const head = ["Document", "Relation", "Jaccard", "Containment", ""].map((name, i) => el(name ? "th" : "td", name ? { scope: "col", class: i > 1 ? "num" : null } : {}, name));
  if (item.members.length > 1)
    inside.append(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Members" }, el("table", { class: "members" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows))));
  if (item.size > item.members.length) inside.append(el("p", { class: "note" }, `The first ${number(item.members.length)} of ${number(item.size)}; all are in clusters.parquet.`));
  inside.append(place);
  compare(item.members[0]);
  return inside;
}

function sideBySide(item, member) {
  const [doc, jaccard, containment, relation, text] = member;
  const left = item.kind === "passage" ? item.text : data.duplicates.texts[item.keeper];
  const right = item.kind === "passage" ? text : data.duplicates.texts[doc];
  if (left === undefined || right === undefined) return el("p", { class: "note" }, "The text of this member is not on this page; it is in the ledger.");
  const role = item.kind === "removed" ? ["kept", "left out"] : ["kept", "kept"];
  const measured = el("p", { class: "meta" }, `${relation} · Jaccard ${score(jaccard)} · containment ${score(containment)}`);
  const head = el("div", { class: "pair-head" }, el("div", {}, el("b", {}, role[0]), " · ", describeDocument(item.keeper)), el("div", {}, el("b", {}, role[1]), " · ", describeDocument(doc)));
  const rows = alignRows(left, right).map((row) => el("div", { class: row.same ? "pair-row same" : "pair-row" }, el("div", { dir: "auto" }, markRuns(row.left)), el("div", { dir: "auto" }, markRuns(row.right))));
  return el("div", {}, measured, el("div", { class: "pair", tabindex: 0, role: "region", "aria-label": `${docId(item.keeper)} and ${docId(doc)}, side by side` }, head, rows));
}

function similarityScale(value) {
  const at = (share) => Math.max(0, Math.min(100, 100 * share));
  return svg(
    "svg",
    { class: "scale", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "track", y: 3, width: 100, height: 4 }),
    svg("rect", { class: "fill", y: 3, width: at(value ?? 0), height: 4 }),
    svg("rect", { class: "tick", x: at(data.duplicates.threshold) - 0.75, width: 1.5, height: 10 }),
  );
}
