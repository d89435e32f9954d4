// Removals: by rule, each in its context.

const ACTIONS = { delete: "deleted", extract: "moved to the metadata", mask: "masked", flag: "flagged, left in", repair: "repaired" };
const FIRST_OPEN = 60;

function startRemovals() {
  const { rules, rows } = data.removals;
  const form = byId("removals-form");
  const sorted = (values) => [...new Set(values)].sort();
  fillSelect(form.elements.namedItem("rule"), rules.map((rule) => [rule[0], `${rule[0]} (${number(rule[7])})`]));
  fillSelect(form.elements.namedItem("portal"), sorted(rows.flat().map((row) => docPortal(row[0]))).map((p) => [p || "-", p || "none recognised"]));
  fillSelect(form.elements.namedItem("safety"), sorted(rules.map((rule) => rule[6] || "-")).map((s) => [s, s === "-" ? "built in" : s]));
  fillSelect(form.elements.namedItem("action"), sorted(rules.map((rule) => rule[2])).map((a) => [a, ACTIONS[a] || a]));
  const haystacks = rules.map(() => null);

  const haystack = (rule) => {
    haystacks[rule] ||= rows[rule].map((row) => `${docId(row[0])}\n${row[3]}${row[4]}${row[6]}${row[7]}`.toLowerCase());
    return haystacks[rule];
  };

  const matching = (filters) => {
    const words = filters.q.trim().toLowerCase();
    const found = [];
    rules.forEach((rule, place) => {
      if (filters.rule && rule[0] !== filters.rule) return;
      if (filters.safety && (rule[6] || "-") !== filters.safety) return;
      if (filters.action && rule[2] !== filters.action) return;
      const inRule = words && `${rule[0]} ${rule[4]}`.toLowerCase().includes(words);
      const texts = words && !inRule ? haystack(place) : null;
      const kept = rows[place].filter(
        (row, i) =>
          (!texts || texts[i].includes(words)) &&
          (!filters.portal || (docPortal(row[0]) || "-") === filters.portal) &&
          fitsConfidence(row[9], filters.confidence),
      );
      if (kept.length) found.push([place, kept]);
    });
    return found;
  };

  const update = (filters) => {
    const found = matching(filters);
    const total = found.reduce((sum, [, kept]) => sum + kept.length, 0);
    const held = rows.reduce((sum, of) => sum + of.length, 0);
    const filtered = total !== held;
    const text = filtered
      ? `${number(total)} of the ${count(held, "removal")} on this page match, under ${count(found.length, "rule")}.`
      : `${count(held, "removal")} on this page, under ${count(found.length, "rule")}.`;
    byId("removals-count").textContent = text;
    announce(text);
    const list = byId("removals-list");
    list.replaceChildren();
    let open = 0;
    for (const [place, kept] of found) {
      const details = ruleDetails(rules[place], kept, kept.length !== rows[place].length);
      if (open === 0 || (filtered && open + kept.length <= FIRST_OPEN)) details.open = true;
      open += Math.min(kept.length, data.removals.atRandom);
      list.append(details);
    }
  };
  watchForm(form, update);
  update(Object.fromEntries(new FormData(form)));
  return (parameters) => {
    if (!parameters.has("rule")) return;
    form.reset();
    setField(form, "rule", parameters.get("rule"));
    update(Object.fromEntries(new FormData(form)));
  };
}

function fitsConfidence(value, wanted) {
  if (wanted === "high") return value >= 0.95;
  if (wanted === "middle") return value >= 0.8 && value < 0.95;
  return wanted !== "low" || value < 0.8;
}

function ruleDetails(rule, kept, filtered) {
  const [id, version, action, stage, what, why, safety, times, documents, chars] = rule;
  const sizes = stage === "rules" && action === "flag" ? "" : ` · ${count(chars, "character")}`;
  const details = el(
    "details",
    { class: "rule", "data-rule": id },
    el(
      "summary",
      {},
      el("div", { class: "row" }, el("span", { class: "name" }, what ? withCode(what) : id), el("span", { class: "end" }, `${number(times)} × in ${count(documents, "document")}${sizes}`)),
      el("p", { class: "sub" }, el("code", {}, id), ` v${version} · ${stage === "extract" ? "main text kept" : ACTIONS[action] || action}`, safety ? [" · ", el("span", { class: safety === "safe" ? "" : "chip strong" }, safety)] : ""),
    ),
  );
  let filled = false;
  details.addEventListener("toggle", () => {
    if (!details.open || filled) return;
    filled = true;
    const inside = el("div", { class: "inside" }, why ? el("p", { class: "why" }, withCode(why)) : "");
    const held = filtered ? `${number(kept.length)} of this rule match.` : times > kept.length ? `${number(kept.length)} of ${number(times)} are on this page, in random order.` : times > 1 ? "All of them, in random order." : "";
    if (held) inside.append(el("p", { class: "note" }, held));
    showInPages(inside, kept, data.removals.atRandom, (row) => removalEntry(row, rule), el("ol", { class: "entries" }));
    details.append(inside);
  });
  return details;
}

function removalEntry(row, rule) {
  const [doc, start, end, before, head, leftOut, tail, after, instead, confidence] = row;
  const flagged = rule[2] === "flag";
  // Line ends at its edges would leave marks without text.
  const last = tail || head;
  const removed = leftOut ? [head.trimStart(), el("span", { class: "gap" }, ` … ${count(leftOut, "character")} more … `), tail.trimEnd()] : head.trim();
  const blank = !head.trim();
  return el(
    "li",
    { class: "entry" },
    el(
      "p",
      { class: rule[3] === "extract" ? "evidence compact" : "evidence", dir: "auto" },
      before.trimStart(),
      blank ? "" : head.slice(0, head.length - head.trimStart().length),
      el(flagged ? "mark" : "del", {}, said(flagged ? "[flagged: " : "[removed: "), blank ? el("span", { class: "gap" }, "white space") : removed, said("]")),
      !flagged && instead ? el("ins", {}, said("[instead: "), instead, said("]")) : "",
      blank ? "" : last.slice(last.trimEnd().length),
      after.trimEnd(),
    ),
    el("p", { class: "meta" }, describeDocument(doc), ` · characters ${number(start)}–${number(end)} · confidence ${confidence.toFixed(2)}`),
  );
}
