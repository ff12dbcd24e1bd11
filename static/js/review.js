// The review screen: saves while one types, lights what was read from where, keys for those who want them.

const form = document.querySelector("#review");
const root = document.querySelector(".rev");
const status = form.querySelector("[data-saved]");
const inputs = [...form.querySelectorAll("[data-field]")];
const baseOf = (input) => form.elements[`base.${input.name}`];
const isDirty = (input) => input.value !== baseOf(input).value;
const say = (text) => { status.textContent = text; };

// --- Saving: one second after the last key, and on leaving a field; again every five while it fails.
let timer = 0, saving = null, leaving = false;

function later(delay) {
  clearTimeout(timer);
  timer = setTimeout(save, delay);
}

async function save() {
  clearTimeout(timer);
  if (saving) { await saving; }
  // A text of several lines becomes several paragraphs: not while it is being typed.
  const dirty = inputs.filter((input) => isDirty(input)
    && !(input === document.activeElement && input.name.startsWith("block-") && input.value.includes("\n")));
  if (!dirty.length) return true;
  const sent = new FormData();
  sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const input of dirty) {
    sent.append(input.name, input.value);
    sent.append(`base.${input.name}`, baseOf(input).value);
  }
  const typed = new Map(dirty.map((input) => [input.name, input.value]));
  say("正在保存…");
  saving = fetch(form.action, { method: "POST", body: sent, redirect: "manual", headers: { Accept: "application/json" } })
    .then(async (response) => {
      if (response.type === "opaqueredirect" || response.status === 403) {
        say("没有保存，登录已过期。内容还在本页");
        refuse();
        return false;
      }
      if (!(response.headers.get("Content-Type") || "").includes("json")) throw new Error(response.status);
      take(await response.json(), typed);
      return response.ok;
    })
    .catch(() => {
      say("没有保存。连不上服务器，内容还在本页，恢复后会自动再试。");
      later(5000);
      return false;
    });
  const done = await saving;
  saving = null;
  return done;
}

// Not let in: said at once; the second time in a row only after a while, for a new login may not help.
let refused = 0;

function refuse() {
  setTimeout(() => document.dispatchEvent(new CustomEvent("desk:refused")), refused ? 5000 : 0);
  refused += 1;
}
document.addEventListener("desk:welcome", () => { if (inputs.some(isDirty)) later(0); });

function take(answer, typed) {
  refused = 0;
  for (const [name, value] of Object.entries(answer.saved)) {
    const input = form.elements[name];
    if (input.value === typed.get(name) && input !== document.activeElement && value !== null) input.value = value;
    baseOf(input).value = input.value === value ? value : typed.get(name);
    if (input.value !== value) baseOf(input).value = value ?? "";
  }
  for (const place of form.querySelectorAll("[data-error]")) {
    if (typed.has(place.dataset.error)) place.textContent = answer.errors[place.dataset.error] || "";
  }
  for (const [name, html] of Object.entries(answer.conflicts)) {
    const place = form.querySelector(`[data-conflict="${name}"]`);
    if (place) place.innerHTML = html;
  }
  const troubles = Object.keys(answer.conflicts).length + Object.keys(answer.errors).length;
  const mended = forget(answer.open);
  const more = answer.open.filter((pk) => !document.getElementById(`d${pk}`)).length;
  say((troubles ? `有${troubles}处没有保存，请看标出的地方` : `已自动保存 ${answer.at}`)
    + (mended ? `，${mended}处存疑随之改好` : "") + (more ? `，又查出${more}处存疑，刷新可见` : ""));
  if ("source_url" in answer.saved) document.body.dispatchEvent(new Event("link-saved"));
  if (answer.rebuilt && !troubles) {
    leaving = true;
    location.reload();
  }
}

for (const input of inputs) {
  input.addEventListener("input", () => { say("还没有保存"); later(1000); });
  input.addEventListener("change", () => later(0));
}
form.addEventListener("submit", () => { leaving = true; });
addEventListener("beforeunload", (event) => {
  if (!leaving && inputs.some(isDirty)) event.preventDefault();
});

// --- A paragraph grows with its text; the place of the cursor goes along when it is cut.
for (const area of form.querySelectorAll("[data-grow]")) {
  const grow = () => { area.rows = 1; const style = getComputedStyle(area); area.rows = Math.max(1, Math.round((area.scrollHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)) / parseFloat(style.lineHeight))); };
  area.addEventListener("input", grow);
  grow();
  const number = area.name.replace("block-", "");
  const at = form.elements[`at-${number}`];
  if (at) for (const event of ["keyup", "click", "blur"]) area.addEventListener(event, () => { at.value = [...area.value.slice(0, area.selectionStart)].length; });
}

// --- Regions: a field lights what it was read from, and a click there leads to the field.
const pieces = [...document.querySelectorAll("[data-region]")];
const outlines = [...document.querySelectorAll("[data-outline]")];
const outlined = (outline) => outline.dataset.outline.replace(/^a\d+-/, "").replace(/^p(\d+)$/, "block-$1").replace(/^source$/, "source_names");
const regionOf = (input) => input.dataset.field.replace(/^(kind|rows|alt)-/, "block-");

function light(region, scroll) {
  for (const piece of pieces) piece.classList.toggle("srcpiece--on", piece.dataset.region === region);
  for (const outline of outlines) outline.classList.toggle("outl--on", outlined(outline) === region);
  const first = pieces.find((piece) => piece.dataset.region === region) || outlines.find((each) => outlined(each) === region);
  const pane = document.querySelector(".srctext, .pgscroll");
  if (first && scroll && pane) pane.scrollTop += first.getBoundingClientRect().top - pane.getBoundingClientRect().top - 60;
}

for (const input of inputs) input.addEventListener("focus", () => light(regionOf(input), true));

// What is selected in the source is selected in the field, if it stands there as it was read.
function lead(region) {
  const input = form.querySelector(`[data-field="${region}"]`);
  if (!input) return;
  const selected = String(getSelection()).replace(/\s+/g, "");
  input.focus();
  input.scrollIntoView({ block: "center" });
  const at = selected && input.setSelectionRange ? input.value.indexOf(selected) : -1;
  if (at >= 0) input.setSelectionRange(at, at + selected.length);
  light(region, false);
}

// Numbers at the field and at what it was read from, in the order of the original.
const numbered = [];
for (const each of [...pieces, ...outlines]) {
  const region = each.dataset.region || outlined(each);
  const field = !numbered.includes(region) && form.querySelector(`[data-field="${region}"]`);
  if (!field) continue;
  numbered.push(region);
  const number = numbered.length;
  const label = form.querySelector(`label[for="${field.id}"]`);
  const reference = document.createElement("button");
  reference.type = "button";
  reference.className = "ref ref--n";
  reference.textContent = number;
  reference.setAttribute("aria-label", `看原件上的位置${number}`);
  reference.addEventListener("click", () => light(region, true));
  if (label) label.after(reference);
  if (each.dataset.region) {
    const mark = document.createElement("span");
    mark.className = "srcref";
    mark.textContent = number;
    mark.setAttribute("aria-hidden", "true");
    each.before(mark);
  } else {
    const box = each.querySelector("rect");
    const draw = (name, attributes, text = "") => {
      const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
      for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
      shape.textContent = text;
      each.append(shape);
    };
    const x = box.x.baseVal.value, y = box.y.baseVal.value;
    draw("circle", { cx: x, cy: y + 4, r: 7, class: "outl__d" });
    draw("text", { x, y: y + 7, "text-anchor": "middle", class: "outl__n" }, number);
  }
}

for (const piece of pieces) piece.addEventListener("click", () => lead(piece.dataset.region));
for (const outline of outlines) {
  outline.addEventListener("click", (event) => {
    event.preventDefault();
    lead(outlined(outline));
  });
}

// --- What else can be done with a paragraph: one menu open at a time, Escape closes.
const menus = [...form.querySelectorAll(".blockmore")];
document.addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && menus.find((each) => each.open);
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
});

// --- Doubts, the gravest first.
const doubts = [...form.querySelectorAll("[data-doubt]")]
  .map((doubt, place) => [doubt, Number(doubt.dataset.risk), place])
  .sort((one, other) => one[1] - other[1] || one[2] - other[2]).map(([doubt]) => doubt);

function goTo(step) {
  if (!doubts.length) return;
  const here = doubts.findIndex((doubt) => doubt.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : doubts.length - 1) : (here + step + doubts.length) % doubts.length;
  doubts[next].focus();
  doubts[next].scrollIntoView({ block: "center" });
  const field = doubts[next].closest(".field, .blockrow")?.querySelector("[data-field]:not(select), [data-field]");
  if (field) light(regionOf(field), true);
}

// What was mended by hand is no doubt any more: the page need not be shown anew for that.
function forget(open) {
  const gone = doubts.filter((doubt) => !open.includes(Number(doubt.id.slice(1))));
  for (const doubt of gone) {
    doubts.splice(doubts.indexOf(doubt), 1);
    doubt.remove();
  }
  const left = form.querySelector("[data-left]");
  if (left && gone.length) {
    if (doubts.length) left.querySelector("b").textContent = doubts.length;
    else left.textContent = "没有待确认的";
  }
  return gone.length;
}

// A doubt come to by its address (after the one before was settled) shows where it stands, too.
function arrive() {
  const doubt = location.hash && doubts.find((each) => `#${each.id}` === location.hash);
  if (!doubt) return;
  doubt.focus();
  doubt.scrollIntoView({ block: "center" });
  const field = doubt.closest(".field, .blockrow")?.querySelector("[data-field]:not(select), [data-field]");
  if (field) light(regionOf(field), true);
}
arrive();
const told = document.querySelector(".messages .note:last-child");
if (told) say(told.textContent.trim());

// Saying why a doubt is none: the last reason is proposed, Enter records it.
const REASON = "desk-reason";
for (const input of form.querySelectorAll("[data-reason]")) {
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey) return;
    event.preventDefault();
    input.parentElement.querySelector("button").click();
  });
  input.parentElement.querySelector("button").addEventListener("click", () => sessionStorage.setItem(REASON, input.value));
}

function dismiss(doubt) {
  const details = doubt.querySelector("[data-no]");
  const input = details.querySelector("[data-reason]");
  details.open = true;
  if (!input.value) input.value = sessionStorage.getItem(REASON) || "";
  input.focus();
  input.select();
}

// --- Pasting from Word or a web page: what has structure goes to the server, which takes over only that.
const STRUCTURE = "p, h1, h2, h3, h4, h5, h6, li, table, br, div";
const NEEDLESS = "style, script, link, meta, img, svg, object, template";

function onPaste(event) {
  const area = event.target;
  const html = event.clipboardData.getData("text/html");
  if (!html) return;
  const read = new DOMParser().parseFromString(html, "text/html");
  for (const each of read.querySelectorAll(NEEDLESS)) each.remove();
  const parts = read.body.querySelectorAll(STRUCTURE);
  if (parts.length < 2 && !read.body.querySelector("h1, h2, h3, h4, h5, h6, li, table")) return;
  event.preventDefault();
  const count = (end) => [...area.value.slice(0, end)].length;
  const sent = { pasted: read.body.innerHTML, from: count(area.selectionStart), to: count(area.selectionEnd) };
  for (const [name, value] of Object.entries(sent)) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  const button = document.createElement("button");
  Object.assign(button, { type: "submit", name: "act", value: area.name.replace("block-", "paste:"), hidden: true });
  form.append(button);
  say("正在贴进来…");
  button.click();
}
for (const area of form.querySelectorAll('textarea[name^="block-"]')) area.addEventListener("paste", onPaste);

const nextLink = form.querySelector("[data-next]");
if (nextLink) nextLink.addEventListener("click", (event) => { event.preventDefault(); goTo(1); });
const help = document.querySelector("#keys");
for (const link of document.querySelectorAll("[data-help]")) link.addEventListener("click", () => { help.open = true; });

// --- Keys, only for those who have turned them on; while typing only those with Ctrl, and Esc.
function press(button) {
  if (button) button.click();
}

function onKey(event) {
  const typing = event.target.matches("input, textarea, select");
  if (event.isComposing || event.altKey || event.metaKey || event.defaultPrevented) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey) {
    if (key === "s") { event.preventDefault(); save(); }
    if (key === "enter") { event.preventDefault(); press(form.querySelector("[data-check]")); }
    return;
  }
  if (typing) {
    if (key === "escape") event.target.blur();
    return;
  }
  const doubt = doubts.find((each) => each.contains(event.target));
  const acts = {
    n: () => goTo(1),
    p: () => goTo(-1),
    j: () => press(form.querySelector('[data-key="j"]')),
    k: () => press(form.querySelector('[data-key="k"]')),
    e: () => {
      const home = doubt ? doubt.closest(".field, .blockrow") : form;
      const field = (home || form).querySelector("textarea[data-field], input[data-field]");
      field.focus();
      // What the doubt is about is selected: what one types takes its place
      const at = doubt && doubt.dataset.words ? field.value.indexOf(doubt.dataset.words) : -1;
      if (at >= 0) field.setSelectionRange(at, at + doubt.dataset.words.length);
    },
    d: () => { if (doubt) dismiss(doubt); },
    "/": () => location.assign(root.dataset.find),
    "?": () => { help.open = !help.open; help.scrollIntoView(); },
  };
  if (key === "enter" && doubt && event.target === doubt) {
    event.preventDefault();
    press(doubt.querySelector("[data-accept]"));
  } else if (acts[key]) {
    event.preventDefault();
    acts[key]();
  } else if (/^[1-9]$/.test(key) && numbered[key - 1]) {
    event.preventDefault();
    light(numbered[key - 1], true);
  }
}
if ("keys" in root.dataset) document.addEventListener("keydown", onKey);

// --- What came of opening the link is said once it is there.
let linkNews = "";
document.body.addEventListener("htmx:afterSettle", () => {
  const news = form.querySelector(".linkstate")?.dataset.status || "";
  if (news && news !== linkNews) say(news);
  linkNews = news;
});

// --- Who else is here.
const others = form.querySelector("[data-others]");
setInterval(async () => {
  if (document.hidden) return;
  const sent = new FormData();
  sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const response = await fetch(form.dataset.presence, { method: "POST", body: sent, redirect: "manual" });
    if (response.type === "opaqueredirect") document.dispatchEvent(new CustomEvent("desk:refused"));
    const { others: names } = await response.json();
    others.querySelector("[data-names]").textContent = names.join("、");
    others.hidden = !names.length;
  } catch { /* asked again in a while */ }
}, 15000);
