/** What could go wrong: the wrong team is changed, an admin is offered the owner's, an old answer replaces a new one. */
import { beforeEach, describe, expect, test } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend, type Handlers } from '$lib/backend/scripted';
import type { SharedHost, StatusReport, TeamAtReply, TeamAtRequest, TeamView } from '$lib/bindings';
import { session } from '$lib/state/session.svelte';
import { desks, FarDesk, own } from './desks.svelte';
import { desk as sample, mia, none, serves, team } from './samples';
import { shared } from './shared.svelte';

const LEO = 'cd'.repeat(32);
const leo: SharedHost = { ...sample, host: LEO, name: 'Leo’s desk', role: 'admin' };
let asked: TeamAtRequest[];

function backend(more: Handlers = {}): void {
  useBackend(
    scriptedBackend({
      ...serves,
      'team.at': (request): TeamAtReply => {
        asked.push(request);
        if (request.method === 'team.show') return { reply: { ...team, epoch: 99 } as never };
        if (request.method === 'approval.list') return { reply: { waiting: [] } };
        return { reply: { keys: [{ id: 'k1', name: 'news', client_email: 'n@x' }] } };
      },
      ...more,
    }),
  );
}
function vault(state: 'unlocked' | 'absent'): void {
  session.status = { vault: { state } } as StatusReport;
}
beforeEach(() => {
  asked = [];
  desks.choose('none');
  desks.forget();
  [shared.hosts, shared.fresh] = [[], false];
  backend();
});

describe('which team', () => {
  test('the own one, where this vault is a host', async () => {
    vault('unlocked');
    shared.hosts = [leo];
    await own.load();
    expect(desks.current).toBe(own);
    desks.choose(LEO);
    expect(desks.current.id).toBe(LEO);
    desks.choose(own.id);
    expect(desks.current).toBe(own);
  });

  test('that of another host, where this vault is none', async () => {
    vault('unlocked');
    shared.hosts = [{ ...leo, role: 'sender' }, leo];
    backend({ 'host.show': () => none });
    expect(desks.current).toBe(own);
    await own.load();
    expect(desks.current.id).toBe(LEO);
    expect(desks.all).toHaveLength(2);
  });

  test('without a vault only those of others', () => {
    vault('absent');
    shared.hosts = [leo];
    expect(desks.all.map(({ id }) => id)).toEqual([LEO]);
    expect(desks.current.host).toBe('Leo’s desk');
  });

  test('none of a host that has removed this device, or has not let it in', () => {
    vault('absent');
    const failure = { code: 'membership-ended' as const, what: '', remedy: '' };
    shared.hosts = [
      { ...leo, failure },
      { ...leo, host: 'ef'.repeat(32), member: '' },
    ];
    expect(desks.all).toEqual([]);
  });

  test('the same desk after every look', () => {
    vault('absent');
    shared.hosts = [leo];
    const [before] = desks.all;
    shared.hosts = [{ ...leo, name: 'Renamed' }];
    expect(desks.all[0]).toBe(before);
    expect(before?.host).toBe('Renamed');
  });
});

describe('a team of others', () => {
  test('is asked and changed at its host alone', async () => {
    const desk = new FarDesk(LEO);
    await desk.load();
    expect(desk.team?.epoch).toBe(99);
    expect(desk.keys.map(({ name }) => name)).toEqual(['news']);
    await desk.call('grant.remove', { id: 7 });
    expect(asked.at(-1)).toEqual({ host: LEO, method: 'grant.remove', request: { id: 7 } });
    expect(new Set(asked.map(({ host }) => host))).toEqual(new Set([LEO]));
  });

  test('offers an admin senders and auditors, and forbids for them only', async () => {
    const desk = new FarDesk(LEO);
    await desk.load();
    expect(desk.roles).toEqual(['sender', 'test-sender', 'auditor']);
    expect(['owner', 'admin', 'custodian'].some((role) => desk.manages(role as 'owner'))).toBe(false);
    expect(desk.binds(mia.id)).toBe(true);
    expect(desk.binds(null)).toBe(false);
    expect(own.manages('admin') && own.binds(null)).toBe(true);
  });

  test('guesses senders from what is granted', async () => {
    const desk = new FarDesk(LEO);
    await desk.load();
    const [key] = mia.grants.map(({ grant }) => grant.key);
    expect(await desk.senders(key ?? '')).toContain('qa@example.org');
    expect(await desk.senders('k9')).toEqual([]);
  });

  test('shows the newest answer, whichever comes last, and nothing after a lock', async () => {
    const answers: ((team: TeamView) => void)[] = [];
    backend({
      'team.at': ({ method }) =>
        method === 'team.show'
          ? new Promise((give) => answers.push((view) => give({ reply: view as never })))
          : { reply: { waiting: [], keys: [] } },
    });
    const desk = new FarDesk(LEO);
    const [first, second] = [desk.load(), desk.load()];
    answers[1]?.({ ...team, epoch: 2 });
    await second;
    answers[0]?.({ ...team, epoch: 1 });
    await first;
    expect(desk.team?.epoch).toBe(2);
    const third = desk.load();
    desk.forget();
    answers[2]?.({ ...team, epoch: 3 });
    await third;
    expect(desk.team).toBeUndefined();
  });
});
