// A form marked data-once is sent once, however often its button is pressed. The server refuses a double order too;
// this only spares the buyer the doubt. The button is not disabled, so that its name and value are still sent.
export function sendOnce() {
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
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll('form[data-once]')) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
    }
  });
}
