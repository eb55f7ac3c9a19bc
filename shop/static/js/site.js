// Comfort only: every page works without it. One module, so that a page asks for one file, kept for good by its hash.

function readCookie(name) {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}

const YEAR = 31536000;

function keepCookie(name, value) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}

// Public pages are the same for everyone; the number in the bestilling is filled in from a cookie.
function showCartCount() {
  const count = Number.parseInt(readCookie('bestilling_antal'), 10);
  for (const place of document.querySelectorAll('[data-cart-count]')) {
    const some = Number.isInteger(count) && count > 0 && count < 100000;
    place.hidden = !some;
    place.textContent = some ? String(count) : '';
  }
}

// Prices with or without VAT are both in the page. The choice lies in the cookie `moms` (med or uden);
// without script ?moms=uden is a page of its own.
const WORDS = { incl: 'med', excl: 'uden' };

function showVat(choice) {
  document.documentElement.dataset.vat = choice;
  for (const link of document.querySelectorAll('[data-vat-choice]')) {
    if (link.dataset.vatChoice === choice) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
}

function chooseVat() {
  const asked = new URLSearchParams(location.search).get('moms') || readCookie('moms');
  showVat(asked === 'uden' ? 'excl' : 'incl');
  for (const link of document.querySelectorAll('[data-vat-choice]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault();
      keepCookie('moms', WORDS[link.dataset.vatChoice]);
      showVat(link.dataset.vatChoice);
    });
  }
}

// A form marked data-once is sent once, however often its button is pressed. The server refuses a double order too;
// this only spares the buyer the doubt. The button is not disabled, so that its name and value are still sent.
function sendOnce() {
  for (const form of document.querySelectorAll('form[data-once]')) {
    form.addEventListener('submit', (event) => {
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = 'yes';
      event.submitter?.setAttribute('aria-disabled', 'true');
    });
  }
}

// A page taken from the browser's memory may be older than the last thing put into the bestilling, and was sent before.
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  showCartCount();
  for (const form of document.querySelectorAll('form[data-once]')) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
  }
});

chooseVat();
showCartCount();
sendOnce();
// What went wrong is read and reached first.
document.querySelector('[data-focus]')?.focus();
