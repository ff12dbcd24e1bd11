// Suggestions under a search field: form[data-suggest] names where they come from. A combobox after the ARIA
// pattern: arrows move, Enter goes, Escape closes. Without this script the field is a plain one.
for (const form of document.querySelectorAll('form[data-suggest]')) {
  const input = form.querySelector('input[type=search]');
  const list = document.createElement('ul');
  list.id = `${input.id}-list`;
  list.className = 'sug';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', '建议');
  form.append(list);
  const say = (name, value) => input.setAttribute(`aria-${name}`, value);
  input.setAttribute('role', 'combobox');
  say('autocomplete', 'list');
  say('controls', list.id);
  say('expanded', 'false');
  let chosen = -1;
  let asked;
  let timer;
  const choose = (at) => {
    const options = list.children;
    chosen = at < -1 ? options.length - 1 : at >= options.length ? -1 : at;
    for (const [n, option] of [...options].entries()) option.setAttribute('aria-selected', n === chosen);
    if (chosen < 0) input.removeAttribute('aria-activedescendant');
    else {
      say('activedescendant', options[chosen].id);
      options[chosen].scrollIntoView({ block: 'nearest' });
    }
  };
  const show = (open) => {
    list.hidden = !open || !list.children.length;
    say('expanded', String(!list.hidden));
    choose(-1);
  };
  const ask = async () => {
    asked?.abort();
    const q = input.value.trim();
    if (!q) return show(false);
    asked = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(q)}`, { signal: asked.signal });
      if (!answer.ok) return;
      list.innerHTML = await answer.text();
      for (const option of list.children) option.id = `${list.id}-${option.id}`;
      show(document.activeElement === input);
    } catch { /* typed on, or offline: the field still searches */ }
  };
  input.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, 100);
  });
  input.addEventListener('compositionend', ask);
  input.addEventListener('blur', () => show(false));
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (list.hidden) ask();
      else choose(chosen + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && chosen >= 0) location.assign(list.children[chosen].dataset.address);
    else if (event.key === 'Escape' && !list.hidden) show(false);
    else return;
    event.preventDefault();
  });
  list.addEventListener('mousedown', (event) => {
    event.preventDefault();
    const option = event.target.closest('[data-address]');
    if (option) location.assign(option.dataset.address);
  });
}

// The facets fold on a narrow screen; a swap leaves them as they were.
const narrow = matchMedia('(max-width: 56rem)');
const folds = () => document.querySelectorAll('details[data-fold]');
let open = !narrow.matches;
const fold = () => { for (const each of folds()) each.open = open; };
fold();
document.addEventListener('htmx:beforeSwap', () => { for (const each of folds()) open = each.open; });
document.addEventListener('htmx:afterSettle', fold);
