/** Puts the focus into a dialog's field once it is there; the dialog itself would take its first button. */
export function focusSoon(field: HTMLElement | undefined): (() => void) | undefined {
  if (!field) return undefined;
  const timer = setTimeout(() => field.focus(), 30);
  return () => clearTimeout(timer);
}
