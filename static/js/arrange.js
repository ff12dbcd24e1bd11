// The list of an issue's articles: put in order by dragging, by its arrows, by keys. Without this script the
// arrows send the form.

const QUIET = 600; // ms after the last move until the order is saved

for (const list of document.querySelectorAll("[data-arrange]")) {
  const form = document.getElementById(list.dataset.arrange);
  const said = document.querySelector("[data-arrange-said]");
  const help = document.querySelector("[data-arrange-help]");
  const rows = () => [...list.children];
  const order = () => rows().map((row) => row.dataset.pk).join(",");
  let timer = 0, saving = Promise.resolve();
  if (help) help.hidden = false;

  function number() {
    for (const [place, row] of rows().entries()) {
      row.querySelector("[data-place]").textContent = String(place + 1).padStart(2, "0");
      const [up, down] = row.querySelectorAll("[data-handle] button");
      // Not `disabled`: what has the focus would lose it.
      up.setAttribute("aria-disabled", String(place === 0));
      down.setAttribute("aria-disabled", String(place === rows().length - 1));
      up.disabled = down.disabled = false;
    }
  }

  function move(row, to) {
    const all = rows(), from = all.indexOf(row);
    to = Math.max(0, Math.min(all.length - 1, to));
    if (to === from) return;
    const focused = document.activeElement;
    all[to][to > from ? "after" : "before"](row);
    if (row.contains(focused)) focused.focus();
    number();
    row.scrollIntoView({ block: "nearest" });
    said.textContent = `移到第${to + 1}篇，共${all.length}篇`;
    clearTimeout(timer);
    timer = setTimeout(save, QUIET);
  }

  function save() {
    clearTimeout(timer);
    timer = 0;
    if (order() === form.elements.was.value) return;
    const sent = new FormData(form);
    const wanted = order();
    sent.set("order", wanted);
    saving = saving.then(() => {
      sent.set("was", form.elements.was.value);
      return fetch(form.action, { method: "POST", body: sent, redirect: "manual", headers: { Accept: "application/json" }, keepalive: true });
    }).then(async (response) => {
      if (response.type === "opaqueredirect" || response.status === 403) {
        document.dispatchEvent(new CustomEvent("desk:refused"));
        throw new Error("次序没有保存，登录已过期。登录后请再移一次。");
      }
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.error);
      form.elements.was.value = answer.was.join(",");
      said.textContent = `次序已保存：${answer.said}`;
      list.dataset.saved = wanted;
    }).catch((error) => {
      const note = document.createElement("p");
      note.className = "note note--bad";
      note.setAttribute("role", "alert");
      note.append(error instanceof TypeError ? "次序没有保存，连不上服务器。恢复后请再移一次。 " : `${error.message} `);
      const again = document.createElement("a");
      again.href = location.pathname;
      again.textContent = "看现在的次序";
      note.append(again);
      list.before(note);
    });
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-handle] button");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-pk]");
    move(row, rows().indexOf(row) + (button.value.endsWith(":up") ? -1 : 1));
  });
  list.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-handle]") && event.target.closest("[data-pk]");
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const here = rows().indexOf(row);
    const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: rows().length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(row, to);
  });

  // Dragging, by mouse; a finger has the arrows.
  let dragged = null;
  for (const row of rows()) {
    const handle = row.querySelector("[data-handle]");
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.pk);
      event.dataTransfer.setDragImage(row, 0, 0);
      row.classList.add("row--dragged");
    });
    handle.addEventListener("dragend", () => {
      row.classList.remove("row--dragged");
      dragged = null;
    });
    row.addEventListener("dragover", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const box = row.getBoundingClientRect();
      const here = rows().indexOf(row), from = rows().indexOf(dragged);
      const behind = event.clientY > box.top + box.height / 2;
      move(dragged, here + (behind ? 1 : 0) - (from < here + (behind ? 1 : 0) ? 1 : 0));
    });
    row.addEventListener("drop", (event) => event.preventDefault());
  }
  addEventListener("pagehide", () => { if (timer) save(); });
  number();
}
