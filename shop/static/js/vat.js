// Prices with or without VAT are both in the page. The choice lies in the cookie `moms` (med or uden);
// without script ?moms=uden is a page of its own.
import { keepCookie, readCookie } from './cookies.js';

const WORDS = { incl: 'med', excl: 'uden' };

function show(choice) {
  document.documentElement.dataset.vat = choice;
  for (const link of document.querySelectorAll('[data-vat-choice]')) {
    if (link.dataset.vatChoice === choice) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

export function chooseVat() {
  const asked = new URLSearchParams(location.search).get('moms') || readCookie('moms');
  show(asked === 'uden' ? 'excl' : 'incl');
  for (const link of document.querySelectorAll('[data-vat-choice]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      keepCookie('moms', WORDS[link.dataset.vatChoice]);
      show(link.dataset.vatChoice);
    });
  }
}
