// Runs axe with `rules` and hands `done` what it found.

/** The channels of a colour as the browser writes it: `rgb(1, 2, 3)`, `rgba(1, 2, 3, 0.4)`. */
function channels(colour) {
  const [r = 0, g = 0, b = 0, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return { rgb: [r, g, b], alpha };
}

const over = (top, bottom) => bottom.map((value, index) => top.rgb[index] * top.alpha + value * (1 - top.alpha));

/** What the element's own boxes paint behind its text, whatever lies in front of them now. */
function ground(element) {
  const layers = [];
  for (let around = element; around; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (style.backgroundImage !== 'none' || Number(style.opacity) !== 1) return null;
    const layer = channels(style.backgroundColor);
    if (layer.alpha > 0) layers.push(layer);
    if (layer.alpha === 1) break;
  }
  return layers.reduceRight((below, layer) => over(layer, below), [255, 255, 255]);
}

/** WCAG 2: relative luminance, contrast. */
function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(element) {
  const below = ground(element);
  if (!below) return 0;
  const field = element.matches('input, textarea') && !element.value;
  const colour = channels(getComputedStyle(element, field ? '::placeholder' : null).color);
  const [dark, light] = [luminance(over(colour, below)), luminance(below)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Axe does not decide where something lies in front, or where a field is empty: the boxes decide then. */
const isReadable = (node) => {
  const element = document.querySelector(node.target.at(-1));
  return !!element && contrast(element) >= 4.5;
};

const told = (incomplete) => (result) =>
  result.nodes
    .filter((node) => !incomplete || !isReadable(node))
    .map((node) => ({
      rule: result.id,
      impact: result.impact ?? '',
      incomplete,
      place: `${node.target.join(' ')}: ${node.html.slice(0, 160)} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ''})`,
    }));

window.axe.run({ exclude: [['iframe']] }, { runOnly: rules, iframes: false }).then(
  (results) =>
    done({
      passes: results.passes.length,
      findings: [
        ...results.violations.flatMap(told(false)),
        ...results.incomplete.filter((result) => result.id === 'color-contrast').flatMap(told(true)),
      ],
    }),
  (error) => done({ error: String(error) }),
);
