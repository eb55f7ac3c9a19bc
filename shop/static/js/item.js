// The page of an item: what does not concern a service, or no food, is put away; the other price is worked out while
// one is typed. Without script everything is there, and the prices come when it is saved.
const form = document.querySelector('.item-form');
const shows = (selector, on) => form.querySelectorAll(selector).forEach((part) => { part.hidden = !on; });
const ticked = (name, value) => {
  const chosen = form.querySelector(`[name="${name}"]:checked`);
  return Boolean(chosen) && (value === undefined || chosen.value === value);
};

function fold() {
  const goods = form.dataset.kind ? form.dataset.kind === 'goods' : ticked('kind', 'goods');
  shows('[data-goods]', goods);
  shows('[data-food]', ticked('is_food'));
  shows('[data-not-food]', !ticked('is_food'));
}

const english = document.documentElement.lang === 'en';

function ore(text) {
  const found = text.trim().replace(/\.(?=\d{3})/g, '').replace('.', ',').match(/^(\d{1,7})(?:,(\d{1,2}))?$/);
  return found ? Number(found[1]) * 100 + Number((found[2] || '').padEnd(2, '0')) : null;
}

function kroner(amount) {
  const [whole, rest] = (amount / 100).toFixed(2).split('.');
  return english ? `DKK ${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${rest}` : `${whole.replace(/\B(?=(\d{3})+$)/g, '.')},${rest} kr.`;
}

function price(line) {
  const rate = Number(line.closest('[data-rate-bp]').dataset.rateBp);
  const typed = ore(form.querySelector(`[name="${line.dataset.priceOf}"]`).value);
  line.hidden = typed === null;
  if (typed === null) return;
  const other = line.dataset.priceOf === 'agreed_ore'
    ? Math.round(typed * (10000 + rate) / 10000) : typed - Math.round(typed * rate / (10000 + rate));
  const words = line.querySelector('[data-words]');
  words.textContent = words.dataset.words.replace('{}', kroner(other));
}

if (form) {
  form.addEventListener('change', fold);
  form.querySelectorAll('[data-price-of]').forEach((line) => {
    form.querySelector(`[name="${line.dataset.priceOf}"]`).addEventListener('input', () => price(line));
  });
  fold();
}
