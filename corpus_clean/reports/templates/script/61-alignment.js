// Wordings one under another, word under word, broken into blocks as wide as the page.

const NARROW = 704;

function fillAlignment(target, cluster) {
  const columns = alignColumns(cluster.variants.map((variant) => splitWords(variant[4]).map((word) => word.trim())));
  const room = Math.max(220, Math.min(window.innerWidth, 1120) - (window.innerWidth < NARROW ? 32 : 56) - 176);
  const measure = measureWords(target);
  let block = [];
  let used = 0;
  const flush = () => {
    if (block.length) target.append(alignmentTable(cluster, block));
    block = [];
    used = 0;
  };
  for (const column of columns) {
    const width = Math.max(...column.map((cell) => (cell === null ? 8 : measure(cell[1])))) + 8;
    if (used + width > room) flush();
    block.push(column);
    used += width;
  }
  flush();
}

function measureWords() {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `${getComputedStyle(document.documentElement).fontSize} ${getComputedStyle(document.documentElement).getPropertyValue("--serif")}`;
  return (word) => context.measureText(word).width + 3;
}

// Columns of cells [shared, word], or null where a wording has no word; the first wording is the reference.
function alignColumns(wordings) {
  const [reference, ...others] = wordings;
  const slots = Array.from({ length: reference.length + 1 }, () => 0); // words that others put before each place
  const laid = others.map((words) => layOver(reference, words, slots));
  const columns = [];
  for (let place = 0; place <= reference.length; place += 1) {
    for (let extra = 0; extra < slots[place]; extra += 1) columns.push([null, ...laid.map((of) => of.between[place][extra] || null)]);
    if (place < reference.length) columns.push([[true, reference[place]], ...laid.map((of) => of.at[place])]);
  }
  return columns;
}

function layOver(reference, words, slots) {
  const at = reference.map(() => null);
  const between = Array.from({ length: reference.length + 1 }, () => []);
  for (const [same, a, aEnd, b, bEnd] of alignTexts(reference, words)) {
    for (let i = 0; i < bEnd - b; i += 1) {
      const cell = [same, words[b + i]];
      if (a + i < aEnd) at[a + i] = cell;
      else between[aEnd].push(cell);
    }
  }
  between.forEach((cells, place) => {
    slots[place] = Math.max(slots[place], cells.length);
  });
  return { at, between };
}

function alignmentTable(cluster, columns) {
  const rows = [];
  cluster.variants.forEach((variant, i) => {
    const cells = columns.map((column) => column[i]);
    if (i && cells.every((cell) => cell === null)) return;
    rows.push(
      el(
        "tr",
        { class: i ? null : "reference" },
        el("th", { scope: "row", title: docId(variant[0]) }, carrierName(variant), i ? "" : el("span", { class: "visually-hidden" }, " (reference wording)")),
        cells.map((cell) => {
          if (cell === null) return el("td", { class: "void" });
          return el("td", {}, cell[0] ? cell[1] : el("mark", {}, cell[1]));
        }),
      ),
    );
  });
  return el("table", {}, el("tbody", {}, rows));
}
