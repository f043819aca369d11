import { found } from './gallery';

/** Opens a row of a list as a keyboard does: also one that is not drawn yet. */
export function openRow(index: number) {
  return async (root: HTMLElement): Promise<void> => {
    await found(root, '[role=option]');
    const list = await found(root, '[role=listbox]');
    const press = async (key: string) => {
      list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      await new Promise((next) => setTimeout(next, 20));
    };
    await press('Home');
    for (let moves = 0; moves < index; moves++) await press('ArrowDown');
    await press('Enter');
    await found(root, 'h2');
  };
}
