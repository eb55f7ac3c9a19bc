// How much room is left on a card, while one writes. The server counts the same way: in characters, not in code units.
for (const area of document.querySelectorAll('textarea[data-most]')) {
  const hint = document.getElementById(`${area.id}-hint`);
  if (!hint) continue;
  const place = document.createElement('p');
  place.className = 'hint';
  area.after(place);
  const most = Number.parseInt(area.dataset.most, 10);
  const count = () => {
    const length = [...area.value.trim()].length;
    place.textContent = `${length} / ${most}`;
    place.className = length > most ? 'error' : 'hint';
  };
  area.addEventListener('input', count);
  count();
}
