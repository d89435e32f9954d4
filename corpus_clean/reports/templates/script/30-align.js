// Two texts, word by word: the longest common subsequence (Myers 1986), with replaced runs side by side.

const MOST_EDITS = 2500;

const splitWords = (text) => text.match(/\S+\s*/g) || [];
const foldWord = (word) => word.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]+/gu, "") || word.trim();

// Returns blocks [same, aStart, aEnd, bStart, bEnd] that cover both lists.
function alignWords(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const matches = [];
  if (start) matches.push([0, 0, start]);
  for (const [x, y] of findMatches(a.slice(start, endA), b.slice(start, endB))) matches.push([start + x, start + y, 1]);
  if (endA < a.length) matches.push([endA, endB, a.length - endA]);
  return coverGaps(matches, a.length, b.length);
}

function findMatches(a, b) {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const history = [];
  for (let d = 0; d <= most; d += 1) {
    history.push(furthest.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && furthest[offset + k - 1] < furthest[offset + k + 1]);
      let x = down ? furthest[offset + k + 1] : furthest[offset + k - 1] + 1;
      let y = x - k;
      while (x < a.length && y < b.length && a[x] === b[y]) {
        x += 1;
        y += 1;
      }
      furthest[offset + k] = x;
      if (x >= a.length && y >= b.length) return walkBack(history, a.length, b.length);
    }
  }
  return []; // too unlike to be worth aligning
}

function walkBack(history, lengthA, lengthB) {
  const matches = [];
  let x = lengthA;
  let y = lengthB;
  for (let d = history.length - 1; d >= 0; d -= 1) {
    const at = (k) => history[d][k + d + 1];
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const before = down ? k + 1 : k - 1;
    const fromX = d === 0 ? 0 : at(before);
    const fromY = d === 0 ? 0 : fromX - before;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      matches.push([x, y]);
    }
    x = fromX;
    y = fromY;
  }
  return matches.reverse();
}

function coverGaps(matches, lengthA, lengthB) {
  const blocks = [];
  let a = 0;
  let b = 0;
  for (const [x, y, length] of [...matches, [lengthA, lengthB, 0]]) {
    if (x > a || y > b) blocks.push([false, a, x, b, y]);
    const last = blocks[blocks.length - 1];
    if (length && last && last[0] && last[2] === x && last[4] === y) {
      last[2] = x + length;
      last[4] = y + length;
    } else if (length) blocks.push([true, x, x + length, y, y + length]);
    a = x + length;
    b = y + length;
  }
  return blocks;
}

const alignTexts = (left, right) => alignWords(left.map(foldWord), right.map(foldWord));

// Cuts an alignment into rows that read across: a row ends where a line ends.
function alignRows(leftText, rightText) {
  const left = splitWords(leftText);
  const right = splitWords(rightText);
  const rows = [];
  let row = { same: true, left: [], right: [] };
  const close = () => {
    if (row.left.length || row.right.length) rows.push(row);
    row = { same: true, left: [], right: [] };
  };
  for (const [same, a, aEnd, b, bEnd] of alignTexts(left, right)) {
    if (same) {
      for (let i = 0; i < aEnd - a; i += 1) {
        row.left.push([true, left[a + i]]);
        row.right.push([true, right[b + i]]);
        if (left[a + i].includes("\n") || right[b + i].includes("\n")) close();
      }
    } else {
      row.same = false;
      for (const word of left.slice(a, aEnd)) row.left.push([false, word]);
      for (const word of right.slice(b, bEnd)) row.right.push([false, word]);
      const ends = [left[aEnd - 1], right[bEnd - 1]];
      if ((aEnd > a && ends[0].includes("\n")) || (bEnd > b && ends[1].includes("\n"))) close();
    }
  }
  close();
  return rows;
}

// Runs of [shared, word] as text, the words of this side alone in marks.
function markRuns(words) {
  const nodes = [];
  let run = "";
  let shared = true;
  const flush = () => {
    const body = run.trimEnd();
    if (body) nodes.push(shared ? body : el("mark", {}, body));
    if (run.length > body.length) nodes.push(run.slice(body.length));
    run = "";
  };
  for (const [same, word] of words) {
    if (same !== shared) flush();
    shared = same;
    run += word;
  }
  flush();
  return nodes;
}
