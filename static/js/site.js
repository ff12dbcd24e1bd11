// Copying by a button: [data-copy] holds the text. Without this script the button is not shown.
for (const button of document.querySelectorAll('[data-copy]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const label = button.querySelector('[data-label]');
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = '已复制';
    } catch {
      label.textContent = '没有复制成，请手动选取';
    }
    setTimeout(() => { label.textContent = before; }, 2000);
  });
}
