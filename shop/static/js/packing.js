// The packing table. Comfort only: every step works by its buttons alone.
// Keys: Enter or space presses the big button, the arrows go back and on, and what a scanner types lands in its field.

const main = document.querySelector('[data-main]');
const scanner = document.querySelector('[data-scanner]');

function isTyping(place) {
  return place instanceof HTMLInputElement || place instanceof HTMLTextAreaElement || place instanceof HTMLSelectElement;
}

function follow(event, link) {
  if (!link) return;
  event.preventDefault();
  link.click();
}

// The focus stands on the big button, unless a scanned code was refused: then it stands where it is mended.
if (scanner && scanner.getAttribute('aria-invalid')) scanner.select();
else if (main) main.focus({ preventScroll: true });

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  if (event.key === 'ArrowLeft') follow(event, document.querySelector('[data-back]'));
  else if (event.key === 'ArrowRight') follow(event, document.querySelector('[data-on]'));
  else if ((event.key === 'Enter' || event.key === ' ') && event.target === document.body) follow(event, main);
  else if (scanner && event.key.length === 1 && event.key !== ' ') scanner.focus(); // the key itself is typed there
});

// Read aloud, where the browser can.
if ('speechSynthesis' in window) {
  for (const button of document.querySelectorAll('[data-say]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const words = new SpeechSynthesisUtterance(button.dataset.say);
      words.lang = button.dataset.sayLanguage === 'en' ? 'en-GB' : 'da-DK';
      words.rate = 0.9;
      window.speechSynthesis.cancel();
      window.speechSynthesis.speak(words);
    });
  }
}
