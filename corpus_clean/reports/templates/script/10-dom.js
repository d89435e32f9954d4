// Elements, words and numbers. Text from the corpus only ever becomes a text node.

const byId = (id) => document.getElementById(id);

function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

const number = (value) => value.toLocaleString("en-US");
const count = (value, noun, plural) => `${number(value)} ${value === 1 ? noun : plural || noun + "s"}`;
const score = (value) => (value === null ? "–" : value.toFixed(2));

// Words for those who hear the page.
const said = (text) => el("span", { class: "visually-hidden" }, text);

// Words with `code` in them.
function withCode(text) {
  return text.split("`").map((part, i) => (i % 2 ? el("code", {}, part) : part));
}

function announce(text) {
  byId("announcer").textContent = text;
}

function later(action, delay) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  };
}

function fillSelect(select, values) {
  for (const [value, label] of values) select.append(el("option", { value }, label));
}

// A form whose fields are filters: `change` gets their values as a plain object.
function watchForm(form, change) {
  const values = () => Object.fromEntries(new FormData(form));
  const soon = later(() => change(values()), 120);
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => change(values()), 0));
  return values;
}

function setField(form, name, value) {
  const field = form.elements.namedItem(name);
  if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value))
    field.append(el("option", { value }, value));
  field.value = value;
}

// Shows items a page at a time, with a button for the next.
function showInPages(target, items, size, render, wrapper) {
  let shown = 0;
  const holder = wrapper || target;
  const button = el("button", { type: "button", class: "more" });
  const next = () => {
    const first = shown;
    for (const item of items.slice(shown, shown + size)) holder.append(render(item));
    shown = Math.min(items.length, shown + size);
    button.textContent = `Show ${number(Math.min(size, items.length - shown))} more of ${number(items.length - shown)}`;
    button.hidden = shown >= items.length;
    return holder.children[first];
  };
  next();
  if (wrapper) target.append(wrapper);
  if (!button.hidden) target.append(button);
  button.addEventListener("click", () => {
    const newcomer = next();
    if (newcomer) {
      newcomer.tabIndex = -1;
      newcomer.focus({ preventScroll: true });
    }
    if (!wrapper) target.append(button);
  });
}
