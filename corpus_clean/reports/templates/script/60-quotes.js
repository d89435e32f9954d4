// Quotes: each with its wordings, carriers and dates.

const FLAGS = { number: "numbers differ", negation: "negation differs", "other-speaker": "another speaker", unattributed: "a paper's own sentence", formula: "a stock phrase" };

function startQuotes() {
  const { clusters, total } = data.quotes;
  const form = byId("quotes-form");
  const outlets = clusters.map((cluster) => new Set(cluster.variants.map((variant) => docOutlet(variant[0])).filter(Boolean)));
  const tally = (values) => {
    const counts = new Map();
    for (const value of values) counts.set(value, (counts.get(value) || 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value, n]) => [value, `${value} (${number(n)})`]);
  };
  fillSelect(form.elements.namedItem("speaker"), tally(clusters.map((cluster) => cluster.speaker).filter(Boolean)).slice(0, 500));
  const carriers = tally(outlets.flatMap((of) => [...of])).slice(0, 300);
  fillSelect(form.elements.namedItem("outlet"), carriers);
  fillSelect(form.elements.namedItem("other"), carriers);
  fillSelect(form.elements.namedItem("flag"), [["any", "any flag"], ...tally(clusters.flatMap((cluster) => cluster.flags)).map(([flag, label]) => [flag, label.replace(flag, FLAGS[flag] || flag)])]);
  if (window.innerWidth < 704) form.elements.namedItem("layout").value = "running";

  const weakest = (cluster) => Math.min(1, ...cluster.variants.map((variant) => variant[8] ?? 1));
  const carried = (cluster, i) => 1000 * outlets[i].size + cluster.documents;
  const orders = {
    widest: (a, b) => carried(clusters[b], b) - carried(clusters[a], a),
    earliest: (a, b) => compareText(clusters[a].firstDay || "9999", clusters[b].firstDay || "9999"),
    speaker: (a, b) => compareText(clusters[a].speaker || "\uffff", clusters[b].speaker || "\uffff"),
    weakest: (a, b) => weakest(clusters[a]) - weakest(clusters[b]),
  };
  const haystacks = [];
  const haystack = (i) => {
    haystacks[i] ||= [clusters[i].speaker, ...clusters[i].variants.map((v) => `${docId(v[0])} ${docOutlet(v[0])} ${v[3]} ${v[4]}`)].join("\n").toLowerCase();
    return haystacks[i];
  };
  const update = (filters) => {
    const words = filters.q.trim().toLowerCase();
    const found = clusters
      .map((_, i) => i)
      .filter(
        (i) =>
          (!filters.speaker || clusters[i].speaker === filters.speaker) &&
          (!filters.outlet || outlets[i].has(filters.outlet)) &&
          (!filters.other || outlets[i].has(filters.other)) &&
          (!filters.flag || (filters.flag === "any" ? clusters[i].flags.length : clusters[i].flags.includes(filters.flag))) &&
          (!words || haystack(i).includes(words)),
      )
      .sort((a, b) => orders[filters.order](a, b) || a - b);
    const text = clusters.length ? `${number(found.length)} of ${number(clusters.length)} on this page${total > clusters.length ? `; the run found ${number(total)}` : ""}.` : "No quote is carried by more than one document.";
    byId("quotes-count").textContent = text;
    announce(text);
    const list = byId("quotes-list");
    list.replaceChildren();
    showInPages(list, found, 12, (i) => quoteCard(clusters[i], filters.layout === "aligned"));
  };
  const values = watchForm(form, update);
  const show = (wanted) => {
    form.reset();
    if (window.innerWidth < 704) form.elements.namedItem("layout").value = "running";
    for (const [name, value] of Object.entries(wanted)) setField(form, name, value);
    update(values());
    chooseView("quotes");
  };
  update(values());
  startViews(show);
  let width = window.innerWidth;
  window.addEventListener("resize", later(() => {
    if (window.innerWidth !== width && values().layout === "aligned") update(values());
    width = window.innerWidth;
  }, 200));
}

const compareText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function quoteCard(cluster, aligned) {
  const outlets = new Set(cluster.variants.map((variant) => docOutlet(variant[0])).filter(Boolean));
  const facts = [count(cluster.documents, "document")];
  if (outlets.size) facts.push(count(outlets.size, "named outlet"));
  const first = firstCarriers(cluster);
  if (first) facts.push(`first carried by ${first} on ${cluster.firstDay}`);
  const chips = Object.entries(cluster.grades).filter(([, n]) => n).map(([grade, n]) => el("span", { class: "chip" }, `${count(n, "link")} of grade ${grade}`));
  for (const flag of cluster.flags) chips.push(el("span", { class: "chip strong" }, FLAGS[flag] || flag));
  const card = el(
    "article",
    { class: "quote", "data-cluster": cluster.id },
    el("header", {}, el("h2", {}, cluster.speaker || "Speaker not named"), el("p", { class: "meta" }, facts.join(" · ")), el("span", { class: "chips" }, chips)),
  );
  const wordings = el("div", { class: "alignment", tabindex: 0, role: "region", "aria-label": `Wordings of ${cluster.speaker || "an unnamed speaker"}` });
  card.append(wordings, carrierTable(cluster));
  if (aligned) fillAlignment(wordings, cluster);
  else wordings.append(runningText(cluster));
  return card;
}

function firstCarriers(cluster) {
  if (!cluster.firstDay) return "";
  const names = cluster.variants.filter((variant) => docDate(variant[0]).slice(0, 10) === cluster.firstDay).map((variant) => docOutlet(variant[0]) || docId(variant[0]));
  const unique = [...new Set(names)];
  return unique.length > 3 ? `${unique.slice(0, 3).join(", ")} and ${unique.length - 3} more` : unique.join(", ");
}

const carrierName = (variant) => docOutlet(variant[0]) || docId(variant[0]);

function runningText(cluster) {
  const reference = splitWords(cluster.variants[0][4]);
  return el(
    "ol",
    { class: "wordings" },
    cluster.variants.map((variant) => {
      const words = splitWords(variant[4]);
      const marked = [];
      for (const [same, , , b, bEnd] of alignTexts(reference, words)) for (const word of words.slice(b, bEnd)) marked.push([same, word]);
      return el("li", {}, el("blockquote", { dir: "auto" }, markRuns(marked)), el("p", { class: "meta" }, `${carrierName(variant)}${variant[5] ? " · reference wording" : ""}`));
    }),
  );
}

// Who carried it, in the order of the dates, with a dot on a common time line.
function carrierTable(cluster) {
  const days = cluster.variants.map((variant) => Date.parse(docDate(variant[0]).slice(0, 10))).filter((day) => !Number.isNaN(day));
  const first = Math.min(...days);
  const span = Math.max(...days) - first;
  const line = new Set(days).size > 1;
  const ordered = cluster.variants.map((variant, i) => [docDate(variant[0]) || "9999", i]).sort((a, b) => compareText(a[0], b[0]) || a[1] - b[1]);
  const rows = ordered.map(([, i]) => {
    const variant = cluster.variants[i];
    const [doc, , , speaker, , keeper, grade, jaccard, containment, flags] = variant;
    const day = Date.parse(docDate(doc).slice(0, 10));
    let track = "";
    if (line) {
      const dot = Number.isNaN(day) ? "" : el("b", { class: day === first ? "first" : null });
      if (dot) dot.style.left = `${(3 + (91 * (day - first)) / span).toFixed(2)}%`;
      track = el("td", { class: "when", "aria-hidden": "true" }, el("i", {}), dot);
    }
    const likeness = keeper ? "reference" : grade ? `grade ${grade} · containment ${score(containment)} · Jaccard ${score(jaccard)}` : "";
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, docOutlet(doc) || el("span", { class: "muted" }, "outlet not known")),
      el("td", {}, el("small", {}, nameDocument(doc))),
      days.length ? el("td", { class: "day" }, docDate(doc).slice(0, 10) || el("span", { class: "muted" }, "no date")) : "",
      track,
      el("td", {}, speaker || el("span", { class: "muted" }, "not named")),
      el("td", {}, likeness, flags.length ? [" ", flags.map((flag) => el("span", { class: "chip strong" }, FLAGS[flag] || flag))] : ""),
    );
  });
  const axis = line ? el("th", { scope: "col", class: "when", "aria-hidden": "true" }, el("span", { class: "axis" }, el("span", {}, isoDay(first)), el("span", {}, isoDay(first + span)))) : "";
  return el(
    "div",
    { class: "carriers scroll", tabindex: 0, role: "region", "aria-label": "Carriers" },
    el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Carried by"), el("th", { scope: "col" }, "Document"), days.length ? el("th", { scope: "col" }, "Date") : "", axis, el("th", { scope: "col" }, "Attributed to"), el("th", { scope: "col" }, "Likeness"))), el("tbody", {}, rows)),
  );
}

const isoDay = (time) => new Date(time).toISOString().slice(0, 10);
