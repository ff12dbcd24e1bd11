// Arrow keys on the tile map: the nearest tile in that direction. Tab goes on in the order of the codes.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

for (const map of document.querySelectorAll('[data-map]')) {
  const tiles = [...map.querySelectorAll('.tile a')];
  const middle = (tile) => {
    const box = tile.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  map.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    const from = event.target.closest('.tile a');
    if (!step || !from || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const [x, y] = middle(from);
    let nearest = null;
    let least = Infinity;
    for (const tile of tiles) {
      const [tx, ty] = middle(tile);
      const along = (tx - x) * step[0] + (ty - y) * step[1];
      const aside = Math.abs((tx - x) * step[1]) + Math.abs((ty - y) * step[0]);
      if (along < 4) continue;
      const far = along + aside * 2.5;
      if (far < least) [nearest, least] = [tile, far];
    }
    event.preventDefault();
    if (nearest) nearest.focus();
  });
}
