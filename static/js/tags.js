// Completion where tags are typed: a combobox after the ARIA pattern. Arrows choose, Enter takes the choice and
// adds it, Escape closes. Without this script the field and its button do.

for (const place of document.querySelectorAll("[data-tags]")) {
  const input = place.querySelector("input");
  const button = place.querySelector("button");
  const list = document.createElement("ul");
  list.id = `${input.id}-list`;
  list.className = "sug";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "建议");
  place.append(list);
  const say = (name, value) => input.setAttribute(`aria-${name}`, value);
  input.setAttribute("role", "combobox");
  say("autocomplete", "list");
  say("controls", list.id);
  say("expanded", "false");
  let chosen = -1, asked, timer;

  const choose = (at) => {
    const options = [...list.children];
    chosen = at < -1 ? options.length - 1 : at >= options.length ? -1 : at;
    for (const [place, option] of options.entries()) option.setAttribute("aria-selected", place === chosen);
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else {
      say("activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    }
  };
  const show = (open) => {
    list.hidden = !open || !list.children.length;
    say("expanded", String(!list.hidden));
    choose(-1);
  };
  const ask = async () => {
    asked?.abort();
    const typed = input.value.trim();
    if (!typed) return show(false);
    asked = new AbortController();
    try {
      const answer = await fetch(`${place.dataset.tags}?q=${encodeURIComponent(typed)}`, { signal: asked.signal });
      if (!answer.ok) return;
      list.innerHTML = await answer.text();
      for (const option of list.children) option.id = `${list.id}-${option.id}`;
      show(document.activeElement === input);
    } catch { /* typed on, or offline: the button still asks the server */ }
  };
  const take = (option) => {
    input.value = option.dataset.value;
    show(false);
    button.click();
  };
  input.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, 100);
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) ask();
      else choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      if (chosen >= 0) take(list.children[chosen]);
      else if (input.value.trim()) button.click();
    } else if (event.key === "Escape" && !list.hidden) {
      show(false);
      event.stopPropagation(); // the field is left by the next one
    } else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[data-value]");
    if (option) take(option);
  });
}
