// Finds what a person would point at: visible parts of the page by role and accessible name.
const IMPLICIT = [
  ['button', 'button, summary, input[type=button], input[type=submit]'],
  ['link', 'a[href]'],
  ['textbox', 'input:not([type]), input[type=text], input[type=email], input[type=password], input[type=tel], input[type=url], textarea, [contenteditable=true], [contenteditable=plaintext-only]'],
  ['searchbox', 'input[type=search]'],
  ['checkbox', 'input[type=checkbox]'],
  ['radio', 'input[type=radio]'],
  ['spinbutton', 'input[type=number]'],
  ['combobox', 'select'],
  ['heading', 'h1, h2, h3, h4, h5, h6'],
  ['navigation', 'nav'],
  ['main', 'main'],
  ['img', 'img'],
  ['progressbar', 'progress'],
  ['meter', 'meter'],
  ['listitem', 'li'],
  ['row', 'tr'],
  ['frame', 'iframe'],
];
const squeeze = (text) => (text ?? '').replace(/\s+/g, ' ').trim();

function roleOf(element) {
  const role = element.getAttribute('role');
  if (role) return role.split(' ')[0];
  return IMPLICIT.find(([, selector]) => element.matches(selector))?.[0];
}

function isVisible(element) {
  if (!element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false })) return false;
  if (element.closest('[aria-hidden=true], [inert]')) return false;
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
}

function spoken(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return '';
  if (node.getAttribute('aria-hidden') === 'true') return '';
  const label = node.getAttribute('aria-label');
  if (label) return ` ${label} `;
  if (node.tagName === 'IMG') return ` ${node.alt} `;
  if (node.tagName === 'svg') return ` ${node.querySelector('title')?.textContent ?? ''} `;
  return [...node.childNodes].map(spoken).join(/^(SPAN|B|I|EM|STRONG|CODE|A)$/.test(node.tagName) ? '' : ' ');
}

function nameOf(element) {
  const by = element.getAttribute('aria-labelledby');
  if (by) {
    const text = squeeze(by.split(/\s+/).map((id) => spoken(document.getElementById(id) ?? document.createTextNode(''))).join(' '));
    if (text) return text;
  }
  const label = squeeze(element.getAttribute('aria-label'));
  if (label) return label;
  if (element.labels?.length) {
    const text = squeeze([...element.labels].map(spoken).join(' '));
    if (text) return text;
  }
  if (!['textbox', 'searchbox', 'combobox', 'spinbutton', 'listbox', 'grid', 'navigation', 'region'].includes(roleOf(element))) {
    const text = squeeze(spoken(element));
    if (text) return text;
  }
  return squeeze(element.getAttribute('title')) || squeeze(element.getAttribute('placeholder'));
}

function find({ role, how, name, nth }) {
  const wanted = squeeze(name);
  const selector = [`[role]`, IMPLICIT.find(([known]) => known === role)?.[1]].filter(Boolean).join(', ');
  const all = [...document.querySelectorAll(selector)].filter((element) => {
    if (roleOf(element) !== role || !isVisible(element)) return false;
    if (how === 'any') return true;
    const known = nameOf(element);
    return how === 'is' ? known === wanted : known.includes(wanted);
  });
  return all[nth] ?? null;
}

const focusable =
  'a[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable=true], [contenteditable=plaintext-only]';

function describe(element) {
  if (!element || element === document.body) return null;
  return { role: roleOf(element) ?? element.tagName.toLowerCase(), name: nameOf(element), id: element.id };
}
