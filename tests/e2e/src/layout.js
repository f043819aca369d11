// Returns what does not fit: a list of { kind, place }.
const faults = [];
const width = document.documentElement.clientWidth;
const height = document.documentElement.clientHeight;
const say = (kind, element, measures) =>
  faults.push({
    kind,
    place: `${roleOf(element) ?? element.tagName.toLowerCase()} “${nameOf(element).slice(0, 60)}” ${measures} ${element.outerHTML.slice(0, 120)}`,
  });

/** Whether some part around it scrolls, so that it can be brought into view. */
function scrolls(element, axis) {
  for (let around = element.parentElement; around; around = around.parentElement) {
    const overflow = getComputedStyle(around)[axis === 'x' ? 'overflowX' : 'overflowY'];
    if (overflow === 'auto' || overflow === 'scroll') return true;
  }
  return false;
}

/** Only there for screen readers. */
const isTiny = (box) => box.width <= 2 || box.height <= 2;
const isOffered = (element) => element.closest('.sr-only') === null;

if (document.scrollingElement.scrollWidth > width + 1) {
  say('overflow', document.body, `${document.scrollingElement.scrollWidth} in ${width}`);
}
/** What is behind an open dialog is out of reach on purpose. */
const dialog = [...document.querySelectorAll('[role=dialog], [role=alertdialog]')].filter(isVisible).at(-1);
const floating = '[data-bits-floating-content-wrapper]';
const isBehind = (element) => dialog !== undefined && !dialog.contains(element) && !element.closest(floating);
/** The same for what an open menu lies over: a click there closes it. */
const isUnderMenu = (front) => !!front.closest(floating) || !!front.closest('[role=listbox].absolute');

for (const element of document.body.querySelectorAll('*')) {
  if (!isVisible(element) || !isOffered(element) || element.id === '__tauri_isolation__') continue;
  const box = element.getBoundingClientRect();
  if (isTiny(box)) continue;
  const style = getComputedStyle(element);
  const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (box.right > width + 1 && !scrolls(element, 'x')) say('outside', element, `ends at ${box.right} of ${width}`);
  if (box.bottom > height + 1 && !scrolls(element, 'y') && (hasText || element.matches(focusable))) {
    say('outside', element, `ends at ${box.bottom} of ${height}`);
  }
  // Cut off without a sign that there is more.
  const cuts = ['hidden', 'clip'].includes(style.overflowX);
  if (hasText && cuts && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1) {
    say('clipped', element, `${element.scrollWidth} in ${element.clientWidth}`);
  }
  if (hasText && ['hidden', 'clip'].includes(style.overflowY) && element.scrollHeight > element.clientHeight + 3 && style.webkitLineClamp === 'none') {
    say('clipped', element, `${element.scrollHeight} high in ${element.clientHeight}`);
  }
  if (!element.matches(focusable) || element.tabIndex < 0 || element.disabled || element.tagName === 'IFRAME') continue;
  if (/^(BUTTON|INPUT|SELECT|TEXTAREA|SUMMARY)$/.test(element.tagName) || element.getAttribute('role')) {
    const least = 23.5; // half a pixel of rounding
    // A click on its label is a click on it.
    const target = element.closest('label')?.getBoundingClientRect() ?? box;
    if (target.width < least || target.height < least) say('small', element, `${box.width} x ${box.height}`);
  }
  const x = Math.min(Math.max(box.left + box.width / 2, 0), width - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 0), height - 1);
  if (box.top < 0 || box.bottom > height || scrolls(element, 'y') || isBehind(element)) continue;
  const front = document.elementFromPoint(x, y);
  if (front && !isUnderMenu(front) && front !== element && !element.contains(front) && !front.contains(element) && !front.closest('label')) {
    say('covered', element, `by ${front.outerHTML.slice(0, 80)}`);
  }
}
return faults;
