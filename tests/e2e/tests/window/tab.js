// What Tab stops at, and whether the stop can be seen. Kept on the page between calls.
const stops = () =>
  [...document.querySelectorAll(focusable)].filter(
    (element) => isVisible(element) && element.tabIndex >= 0 && !element.disabled && element.tagName !== 'IFRAME',
  );

/** How an element looks, with what is around it: the ring may be drawn by a label or a frame. */
function looks(element) {
  const around = [element, element.parentElement, element.parentElement?.parentElement, element.closest('label')];
  return around
    .filter(Boolean)
    .map((part) => getComputedStyle(part))
    .map((style) => [style.outlineStyle, style.outlineColor, style.boxShadow, style.borderColor, style.backgroundColor].join())
    .join(';');
}

/** Forgets what was seen; returns the number of stops. */
function begin() {
  document.activeElement?.blur();
  const all = stops();
  window.tabbing = { seen: new Set(), plain: new Map(all.map((element) => [element, looks(element)])) };
  return all.length;
}

/** Notes where the focus is; returns the element's name if nothing shows that it is there. */
function mark() {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const { seen, plain } = window.tabbing;
  seen.add(at);
  const shown = isVisible(at) && (plain.has(at) ? looks(at) !== plain.get(at) : getComputedStyle(at).outlineStyle !== 'none');
  return shown ? null : nameOf(at) || at.outerHTML.slice(0, 200);
}

/** The stops that Tab did not come to. Of a group of radio buttons it stops at one; arrows do the rest. */
function missed() {
  const { seen } = window.tabbing;
  const inSeenGroup = (element) =>
    element.type === 'radio' && [...seen].some((other) => other.type === 'radio' && other.name === element.name);
  return stops()
    .filter((element) => !seen.has(element) && !inSeenGroup(element))
    .map((element) => element.outerHTML.slice(0, 200));
}
