// Comfort only: every page works without it.
import { showCartCount } from './cart-count.js';
import { chooseVat } from './vat.js';
import { sendOnce } from './once.js';

chooseVat();
showCartCount();
sendOnce();
// What went wrong is read and reached first.
document.querySelector('[data-focus]')?.focus();
