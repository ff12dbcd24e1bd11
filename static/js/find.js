// Find within a long article: marks every place, goes from one to the next. What was searched for comes along.
const form = document.querySelector('[data-find]');
const prose = document.querySelector('.prose');
if (form && prose && prose.textContent.length > 1500) {
  const [input, count] = [form.querySelector('input'), form.querySelector('output')];
  let marks = [];
  let now = -1;
  const clear = () => {
    for (const mark of marks) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
    marks = [];
    now = -1;
  };
  const find = () => {
    clear();
    const wanted = input.value.trim().toLowerCase();
    if (wanted) {
      const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      for (let text of texts) {
        for (let at; (at = text.data.toLowerCase().indexOf(wanted)) >= 0;) {
          const hit = text.splitText(at);
          text = hit.splitText(wanted.length);
          const mark = document.createElement('mark');
          hit.replaceWith(mark);
          mark.append(hit);
          marks.push(mark);
        }
      }
    }
    count.textContent = wanted ? (marks.length ? `${marks.length}处` : '本篇没有') : '';
  };
  const go = (step) => {
    if (!marks.length) return;
    marks[now]?.classList.remove('now');
    now = (now + step + marks.length) % marks.length;
    marks[now].classList.add('now');
    marks[now].scrollIntoView({ block: 'center' });
    count.textContent = `第${now + 1}处，共${marks.length}处`;
  };
  form.hidden = false;
  input.addEventListener('input', (event) => { if (!event.isComposing) find(); });
  input.addEventListener('compositionend', find);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go(event.submitter?.value === '-1' ? -1 : 1);
  });
}
