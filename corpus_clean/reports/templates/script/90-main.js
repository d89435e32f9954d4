// Sections are views of one page; the address names the one that is shown. They lose the
// ids that links without scripts need: the browser would scroll to them.

const sections = [...document.querySelectorAll("main > section")];
for (const section of sections) section.id = `view-${section.id}`;
const routes = {};

function showSection(moveFocus) {
  const [name, query] = location.hash.slice(1).split("?");
  if (name === "main") return;
  const section = sections.find((candidate) => candidate.id === `view-${name}`) || sections[0];
  for (const candidate of sections) candidate.hidden = candidate !== section;
  for (const link of document.querySelectorAll("nav.sections a")) {
    if (`view-${link.hash.slice(1)}` === section.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (routes[name] && query) routes[name](new URLSearchParams(query));
  if (moveFocus) {
    window.scrollTo(0, 0);
    section.querySelector("h1").focus({ preventScroll: true });
  }
}

async function start() {
  showSection(false);
  window.addEventListener("hashchange", () => showSection(true));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const field = document.querySelector("main > section:not([hidden]) input[type=search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
  });
  // All are unpacked at once, off this thread; each section starts when its own block is there.
  const [documents, quotes, duplicates, removals] = ["documents", "quotes", "duplicates", "removals"].map(unpack);
  await documents;
  await quotes;
  startQuotes();
  await duplicates;
  startDuplicates();
  await removals;
  routes.removals = startRemovals();
  showSection(false);
  announce("");
  document.documentElement.dataset.ready = "true";
}

start();
