import { beforeEach, describe, expect, test, vi } from 'vitest';
import { actions, keysText, type Action } from '$lib/state/actions.svelte';
import { applyLanguage } from '$lib/i18n/language';
import { session } from '$lib/state/session.svelte';
import { locked, unlocked } from '$features/gallery/samples';
import { bindings } from './keys';
import { palette } from './palette.svelte';
import { grouped, matching } from './search';

const action = (id: string, more: Partial<Action> = {}): Action => ({
  id,
  label: id,
  group: 'do',
  run: () => undefined,
  ...more,
});
const ids = (list: Action[]) => list.map(({ id }) => id);

describe('search', () => {
  const all = [
    action('Lock', { words: 'close hide' }),
    action('Back up now', { words: 'backup copy' }),
    action('Unlock hints'),
    action('Schlüssel', { group: 'go' }),
  ];

  test('an empty query keeps all', () => expect(matching(all, ' ')).toEqual(all));
  test('labels that begin with it come first', () => expect(ids(matching(all, 'lock'))[0]).toBe('Lock'));
  test('words beside the label count', () => expect(ids(matching(all, 'copy'))).toEqual(['Back up now']));
  test('accents do not matter', () => expect(ids(matching(all, 'schlus'))).toEqual(['Schlüssel']));
  test('nothing matches nonsense', () => expect(matching(all, 'xyzzy')).toEqual([]));
  test('one wrong letter in the middle is forgiven', () =>
    expect(ids(matching(all, 'bakup'))).toContain('Back up now'));
  test('groups keep their order and drop empty ones', () =>
    expect(grouped(all).map(({ group }) => group)).toEqual(['do', 'go']));
});

describe('palette', () => {
  const ran: string[] = [];
  const set = () =>
    ['one', 'two', 'three'].map((id) => action(id, { locked: id === 'one', run: () => void ran.push(id) }));

  beforeEach(() => {
    session.status = unlocked;
    ran.length = 0;
    vi.stubGlobal('requestAnimationFrame', (next: () => void) => next());
  });

  test('moves around the ends, runs what is chosen, remembers it', () => {
    const forget = actions.register(set);
    palette.toggle();
    palette.move(-1);
    expect(palette.chosen?.id).toBe('three');
    palette.move(1);
    expect(palette.chosen?.id).toBe('one');
    palette.run(set()[1] ?? action('none'));
    expect([ran, palette.open]).toEqual([['two'], false]);
    palette.toggle();
    expect(palette.groups[0]).toMatchObject({ group: 'recent', rows: [{ id: 'recent-two' }] });
    palette.toggle();
    forget();
  });

  test('typing chooses the first row again', () => {
    const forget = actions.register(set);
    palette.toggle();
    palette.jump(-1);
    palette.query = 't';
    expect(palette.chosen).toBe(palette.rows[0]);
    palette.toggle();
    forget();
  });

  test('a locked vault leaves only what works locked', () => {
    const forget = actions.register(set);
    session.status = locked;
    expect(ids(palette.usable)).toEqual(['one']);
    forget();
  });

  test('answers to a query come with it, and not while locked', () => {
    const forget = actions.offer((query) => (query.includes('@') ? [action(`to ${query}`)] : []));
    palette.query = 'mia@example.org';
    expect(palette.rows.map(({ id }) => id)).toContain('to mia@example.org');
    session.status = locked;
    expect(palette.rows.map(({ id }) => id)).not.toContain('to mia@example.org');
    palette.query = '';
    forget();
  });
});

describe('keys', () => {
  const press = (
    map: ReturnType<typeof bindings>,
    keys: string,
    more: KeyboardEventInit = {},
    on?: Element,
  ) => {
    const event = new KeyboardEvent('keydown', { key: 'x', cancelable: true, bubbles: true, ...more });
    (on ?? document.body).dispatchEvent(event);
    map[keys]?.(event);
    return event.defaultPrevented;
  };
  beforeEach(() => {
    session.status = unlocked;
    document.body.replaceChildren();
  });

  test('of two actions with the same keys the nearer one wins', () => {
    const near = vi.fn();
    const far = vi.fn();
    const map = bindings([
      action('near', { keys: '$mod+n', run: near }),
      action('far', { keys: '$mod+n', run: far }),
    ]);
    expect(press(map, '$mod+n', { ctrlKey: true })).toBe(true);
    expect([near.mock.calls.length, far.mock.calls.length]).toEqual([1, 0]);
  });

  test('a locked vault, an open dialog and a field each hold keys back', () => {
    const run = vi.fn();
    const map = bindings([
      action('a', { keys: '$mod+n', run }),
      action('z', { keys: '$mod+z', notInText: true, run }),
    ]);
    session.status = locked;
    expect(press(map, '$mod+n', { ctrlKey: true })).toBe(false);
    session.status = unlocked;
    document.body.innerHTML = '<div role="dialog" data-state="open"></div>';
    expect(press(map, '$mod+n', { ctrlKey: true })).toBe(false);
    document.body.innerHTML = '<textarea></textarea>';
    const field = document.querySelector('textarea') ?? document.body;
    expect(press(map, '$mod+z', { ctrlKey: true }, field)).toBe(false);
    expect(press(map, '$mod+n', { ctrlKey: true }, field)).toBe(true);
    expect(run).toHaveBeenCalledTimes(1);
  });

  test('are shown as they are written on the keyboard', () => {
    applyLanguage('en', 'en-GB');
    expect([keysText('$mod+Shift+a'), keysText('$mod+='), keysText('$mod+-'), keysText('F1')]).toEqual([
      'Ctrl Shift A',
      'Ctrl =',
      'Ctrl -',
      'F1',
    ]);
    applyLanguage('de', 'de-DE');
    expect(keysText('$mod+Shift+a')).toBe('Strg Umschalt A');
  });
});
