// The data blocks of this page: deflated JSON in Base64.

const data = {};

async function unpack(name) {
  const packed = atob(byId(`data-${name}`).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i += 1) bytes[i] = packed.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  data[name] = JSON.parse(await new Response(stream).text());
}

const docId = (index) => data.documents[index][0];
const docOutlet = (index) => data.documents[index][1];
const docPortal = (index) => data.documents[index][2];
const docDate = (index) => data.documents[index][3];

// A document's name; its title as a hint, and a link only where the address is plainly one of the web.
function nameDocument(index) {
  const [id, , , , title, url] = data.documents[index];
  const name = el("span", { class: "doc", title: title || null }, id);
  if (!/^https?:\/\/[^\s]+$/i.test(url)) return name;
  return el("a", { href: url, rel: "noopener noreferrer nofollow external", title: title || url }, id);
}

function describeDocument(index) {
  const facts = [docOutlet(index), docDate(index).slice(0, 10)].filter(Boolean);
  return [nameDocument(index), facts.length ? ` · ${facts.join(" · ")}` : ""];
}
