// Public pages are the same for everyone; the number in the bestilling is filled in from a cookie.
import { readCookie } from './cookies.js';

export function showCartCount() {
  const count = Number.parseInt(readCookie('bestilling_antal'), 10);
  for (const place of document.querySelectorAll('[data-cart-count]')) {
    const some = Number.isInteger(count) && count > 0 && count < 100000;
    place.hidden = !some;
    place.textContent = some ? String(count) : '';
  }
}

// A page taken from the browser's memory may be older than the last thing put into the bestilling.
addEventListener('pageshow', (event) => {
  if (event.persisted) showCartCount();
});
