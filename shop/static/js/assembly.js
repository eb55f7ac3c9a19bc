// Comfort on the desk of a basket: a change is answered with the desk alone, and goods can be dragged into the basket.
// Every form works without: then the whole page is answered.

async function send(form, button) {
  const desk = document.querySelector('[data-desk]');
  const body = new FormData(form);
  if (button?.name) body.set(button.name, button.value);
  let answer;
  try {
    answer = await fetch(form.action, { method: 'POST', body, headers: { 'X-Fragment': '1' } });
  } catch {
    form.submit();
    return;
  }
  if (![200, 409].includes(answer.status) || answer.redirected) {
    location.reload();
    return;
  }
  const held = document.createElement('template');
  held.innerHTML = await answer.text();
  const fresh = held.content.querySelector('[data-desk]');
  // What is announced is put into a place that was there before, so that it is read aloud.
  const told = fresh.querySelector('.desk-told').innerHTML;
  const here = desk.querySelector('.desk-told');
  fresh.querySelector('.desk-told').replaceWith(here);
  desk.replaceWith(fresh);
  here.innerHTML = told;
  const edition = fresh.querySelector('[data-desk-edition]')?.value;
  for (const input of document.querySelectorAll('#hylde input[name="edition"], [data-edition]')) input.value = edition;
  const again = button?.id && document.getElementById(button.id);
  (again || fresh.querySelector('h2'))?.focus();
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-part]');
  if (!form) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener('dragstart', (event) => {
  const item = event.target.closest?.('.shelf-item');
  if (!item) return;
  event.dataTransfer.setData('text/plain', item.querySelector('button').id);
  event.dataTransfer.effectAllowed = 'copy';
});
document.addEventListener('dragover', (event) => {
  const place = event.target.closest?.('[data-drop]');
  if (!place) return;
  event.preventDefault();
  place.classList.add('is-over');
});
document.addEventListener('dragleave', (event) => {
  event.target.closest?.('[data-drop]')?.classList.remove('is-over');
});
document.addEventListener('drop', (event) => {
  const place = event.target.closest?.('[data-drop]');
  if (!place) return;
  event.preventDefault();
  place.classList.remove('is-over');
  const button = document.getElementById(event.dataTransfer.getData('text/plain'));
  if (button?.form?.matches('[data-part]')) send(button.form, button);
});
