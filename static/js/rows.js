// Rows of a form: added, taken out, moved by buttons and keys. Without this script the buttons send the form,
// and the server does the same.

const said = document.querySelector("[data-rows-said]");
const say = (text) => { said.textContent = text; };

for (const list of document.querySelectorAll("[data-rows]")) {
  const rows = () => [...list.children];
  const first = (row) => row.querySelector("input, select");

  function number() {
    const all = rows();
    for (const [place, row] of all.entries()) {
      const [up, down] = [":up", ":down"].map((what) => row.querySelector(`button[value$="${what}"]`));
      // Not `disabled`: what has the focus would lose it.
      for (const [button, ends] of [[up, place === 0], [down, place === all.length - 1]]) {
        if (!button) continue;
        button.disabled = false;
        button.setAttribute("aria-disabled", String(ends));
      }
      for (const input of row.querySelectorAll("input, select")) {
        const label = input.dataset.label ||= input.getAttribute("aria-label");
        input.setAttribute("aria-label", `第${place + 1}行，${label}`);
      }
    }
  }

  function move(row, to) {
    const all = rows(), from = all.indexOf(row);
    to = Math.max(0, Math.min(all.length - 1, to));
    if (to === from) return;
    const focused = document.activeElement;
    all[to][to > from ? "after" : "before"](row);
    focused.focus();
    number();
    row.scrollIntoView({ block: "nearest" });
    say(`移到第${to + 1}行，共${all.length}行，还没有保存`);
  }

  function remove(row) {
    const all = rows(), at = all.indexOf(row);
    row.remove();
    number();
    const next = rows()[Math.min(at, all.length - 2)];
    const add = document.querySelector(`[data-rows-add="${list.dataset.rows}"]`);
    (next ? next.querySelector('button[value$=":remove"]') : add).focus();
    say(`去掉了第${at + 1}行，还剩${all.length - 1}行，还没有保存`);
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest('button[name="act"]');
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-row]");
    const what = button.value.split(":").pop();
    if (what === "remove") remove(row);
    else move(row, rows().indexOf(row) + (what === "up" ? -1 : 1));
  });
  list.addEventListener("keydown", (event) => {
    const row = event.target.matches('button[value$=":up"], button[value$=":down"]') && event.target.closest("[data-row]");
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const here = rows().indexOf(row);
    const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: rows().length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(row, to);
  });
  const fresh = list.parentElement.querySelector("[data-rows-new]");
  const add = document.querySelector(`[data-rows-add="${list.dataset.rows}"]`);
  if (add) {
    add.addEventListener("click", (event) => {
      event.preventDefault();
      const row = fresh.content.querySelector("[data-row]").cloneNode(true);
      const last = rows().at(-1);
      list.append(row);
      const [section, before] = [row, last].map((each) => each && each.querySelector("select"));
      if (section && before) section.value = before.value;
      number();
      first(row).focus();
      say(`加了第${rows().length}行`);
    });
  }
  number();
}

// Whoever leaves with something unsaved is asked.
for (const form of document.querySelectorAll("[data-unsaved]")) {
  const now = () => new URLSearchParams(new FormData(form)).toString();
  const begun = form.dataset.unsaved ? "" : now();
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("beforeunload", (event) => { if (!leaving && now() !== begun) event.preventDefault(); });
}
