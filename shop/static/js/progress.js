// How far long work is, fetched again while it is under way. Comfort only: the page's own link does the same.
// It asks less and less often, not at all while nobody looks, and reads aloud at each quarter and at the end.

const place = document.querySelector('[data-progress]');
const aloud = document.querySelector('[data-announce]');
const FIRST = 1000;
const SLOWEST = 10000;
let wait = FIRST;
let quarter = quarterOf(place);

function quarterOf(part) {
  const bar = part?.querySelector('progress');
  if (!bar) return 4;
  return bar.position < 0 ? 0 : Math.floor(4 * bar.position); // below 0: it cannot be counted
}

function announce() {
  const now = quarterOf(place);
  if (now === quarter) return;
  quarter = now;
  if (aloud) aloud.textContent = place.querySelector('[data-said]')?.textContent ?? '';
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(place.dataset.progress, { headers: { 'X-Fragment': '1' } });
    if (!answer.ok || !answer.headers.has('X-Fragment')) return; // signed out: the link leads to the way in
    const text = await answer.text();
    if (place.innerHTML.trim() === text.trim()) return;
    const focused = place.contains(document.activeElement);
    place.innerHTML = text;
    if (focused) (place.querySelector('a') ?? place).focus({ preventScroll: true });
    announce();
  } catch {
    // The network is gone for a moment: ask again later.
  }
}

async function follow() {
  await look();
  if (place.querySelector('[data-over]')) return;
  wait = Math.min(SLOWEST, wait * 1.3);
  setTimeout(follow, wait);
}

document.addEventListener('visibilitychange', look);
if (place) setTimeout(follow, wait);
