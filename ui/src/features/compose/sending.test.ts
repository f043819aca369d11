import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failed, useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import type { Failure, SendEvent, SendReport, SharedSend, SharedSendRequest } from '$lib/bindings';
import { invoice, report } from './fake';
import { Sending } from './sending.svelte';

let sending: Sending;
let requests: number;
let history: SendReport | null;
let cancelled: string[];
let emit: (event: SendEvent) => void;
let end: (outcome: SendReport['outcome'] | Failed) => void;
const accepted = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  [requests, cancelled] = [0, []];
  accepted.mockReset();
  sending = new Sending();
  useBackend(
    scriptedBackend({
      send: (_, tell) => {
        requests++;
        emit = tell;
        return new Promise((done, fail) => {
          end = (how) => (how instanceof Failed ? fail(how) : done({ ...report, outcome: how }));
        });
      },
      'history.show': ({ id }) => ({ id, time: 0, key: 'k', draft: invoice, report: history }),
      'send.cancel': ({ request_id }) => {
        cancelled.push(request_id);
        return {} as never;
      },
    }),
  );
});
afterEach(() => vi.useRealTimers());

const current = () => true;
const begin = (hold: number) =>
  sending.begin({ draft: invoice, key: null, allow_blocked: false, hold, current, accepted });
const started: SendEvent = { event: 'started', request_id: 'r1', bytes: 1000, findings: [] };

describe('the hold', () => {
  test('sends nothing before its end', async () => {
    begin(5);
    await vi.advanceTimersByTimeAsync(4900);
    expect(requests).toBe(0);
    await vi.advanceTimersByTimeAsync(200);
    expect(requests).toBe(1);
  });

  test('taken back sends nothing, ever', async () => {
    begin(5);
    await sending.cancel();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests).toBe(0);
    expect(sending.now.state).toBe('idle');
  });

  test('ends with a lock', async () => {
    begin(5);
    sending.locked();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests).toBe(0);
    expect(sending.outgoing).toBeUndefined();
  });

  test('can be cut short, and sends once', async () => {
    begin(5);
    sending.hurry();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(requests).toBe(1);
  });
});

describe('a send', () => {
  test('is not begun twice', () => {
    begin(0);
    begin(0);
    expect(requests).toBe(1);
  });

  test('shows how fast it goes', async () => {
    begin(0);
    emit(started);
    for (let sent = 0; sent <= 1000; sent += 250) {
      emit({ event: 'progress', sent, total: 1000 });
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(sending.now).toMatchObject({ sent: 1000, total: 1000, speed: 500 });
  });

  test('is cancelled at the agent, and says when that was too late', async () => {
    begin(0);
    emit(started);
    await sending.cancel();
    expect(cancelled).toEqual(['r1']);
    expect(sending.now).toMatchObject({ cancelling: true, too_late: false });
    emit({ event: 'phase', phase: 'confirming' });
    await sending.cancel();
    expect(sending.now).toMatchObject({ too_late: true });
  });

  test('that is accepted gives up its draft', async () => {
    begin(0);
    end({ outcome: 'sent', message_id: 'm', thread_id: 't' });
    await vi.advanceTimersByTimeAsync(0);
    expect(sending.now).toMatchObject({ state: 'accepted', message_id: 'm' });
    expect(accepted).toHaveBeenCalledOnce();
  });

  test('whose agent goes away with bytes on their way is unknown, and before that is not', async () => {
    for (const [phase, code] of [
      ['uploading', 'send-unknown'],
      ['recording', 'agent-not-running'],
    ] as const) {
      sending = new Sending();
      begin(0);
      emit(started);
      emit({ event: 'phase', phase });
      end(new Failed({ code: 'agent-not-running', what: '', remedy: '' }));
      await vi.advanceTimersByTimeAsync(0);
      expect(sending.now).toMatchObject({ state: 'failed', failure: { code } });
    }
  });

  test.each([
    [
      { outcome: 'sent', message_id: 'm', thread_id: 't' },
      { state: 'accepted', message_id: 'm' },
    ],
    [
      { outcome: 'not-sent', failure: { code: 'interrupted', what: '', remedy: '' } },
      { state: 'failed', unknown: false, failure: { code: 'interrupted' } },
    ],
    [{ outcome: 'unknown', failure: { code: 'send-unknown', what: '', remedy: '' } }, { unknown: true }],
  ] as const)('whose end is unknown is told once the history knows it: %o', async (outcome, shown) => {
    history = null;
    begin(0);
    emit(started);
    emit({ event: 'phase', phase: 'uploading' });
    end(new Failed({ code: 'agent-not-running', what: '', remedy: '' }));
    await vi.advanceTimersByTimeAsync(0);
    await sending.settle();
    expect(sending.now).toMatchObject({ state: 'failed', unknown: true });
    history = { ...report, outcome };
    await sending.settle();
    expect(sending.now).toMatchObject(shown);
    expect(accepted).not.toHaveBeenCalled(); // the draft stays
  });

  test.each([
    [{ outcome: 'not-sent', failure: { code: 'daily-limit', what: '', remedy: '' } }, false],
    [{ outcome: 'unknown', failure: { code: 'send-unknown', what: '', remedy: '' } }, true],
    [new Failed({ code: 'attachment-changed', what: '', remedy: '' }), false],
    [new Failed({ code: 'send-unknown', what: '', remedy: '' }), true],
  ] as const)('that fails keeps its draft: %o', async (how, unknown) => {
    begin(0);
    end(how);
    await vi.advanceTimersByTimeAsync(0);
    expect(sending.now).toMatchObject({ state: 'failed', unknown });
    expect(accepted).not.toHaveBeenCalled();
    expect(sending.busy).toBe(false);
  });
});

describe('a send through a host', () => {
  const via = { key: 'ab/k', host: 'ab', name: 'Anna’s desk', code: '123456' };
  const through = () =>
    sending.begin({ draft: invoice, key: 'ab/k', via, allow_blocked: false, hold: 0, current, accepted });
  let asked: SharedSendRequest[];
  let answers: (() => SendReport)[];
  let sends: SharedSend[];

  beforeEach(() => {
    [asked, answers, sends] = [[], [], []];
    useBackend(
      scriptedBackend({
        'shared.send': (request, tell) => {
          asked.push(request);
          tell({ event: 'phase', phase: 'uploading' });
          return (answers.shift() ?? (() => report))();
        },
        'shared.sends': () => ({ sends }),
      }),
    );
  });
  const fails =
    (code: Failure['code'], facts: Failure['facts'] = {}) =>
    () => {
      throw new Failed({ code, what: '', remedy: '', facts });
    };

  test('goes to the host and never to this vault’s keys', async () => {
    through();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toMatchObject([{ key: 'ab/k', code: '123456', request: null }]);
    expect(sending.now.state).toBe('accepted');
  });

  test('that the host may know is tried again as the same one, and another message is not', async () => {
    answers = [fails('host-away', { request: 'r7' }), fails('send-unknown', { request: 'r7' })];
    for (let times = 0; times < 3; times++) {
      through();
      await vi.advanceTimersByTimeAsync(0);
    }
    const draft = { ...invoice, subject: 'Another' };
    sending.begin({ draft, key: 'ab/k', via, allow_blocked: false, hold: 0, current, accepted });
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ request }) => request)).toEqual([null, 'r7', 'r7', null]);
  });

  test('that was refused begins anew', async () => {
    answers = [fails('denied-rate', { request: 'r7' })];
    through();
    await vi.advanceTimersByTimeAsync(0);
    through();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked[1]?.request).toBeNull();
  });

  const row = { request: 'r7', time: 0, from: '', recipients: 1, subject: '', bytes: 1 };
  test.each([
    [{ ...row, state: 'waiting', failure: null, message_id: null }, { state: 'approval' }],
    [
      { ...row, state: 'sent', failure: null, message_id: 'm' },
      { state: 'accepted', message_id: 'm' },
    ],
    [
      {
        ...row,
        state: 'not-sent',
        failure: { code: 'approval-refused' as const, what: '', remedy: '' },
        message_id: null,
      },
      { state: 'failed', failure: { code: 'approval-refused' } },
    ],
  ])('that waits for approval ends as the host says: %o', async (found, shown) => {
    answers = [fails('approval-needed', { request: 'r7' })];
    through();
    await vi.advanceTimersByTimeAsync(0);
    expect(sending.now).toMatchObject({ state: 'approval', request: 'r7' });
    expect(sending.busy).toBe(false);
    sends = [found];
    await sending.settle();
    expect(sending.now).toMatchObject(shown);
  });

  test('asks for a code where the host does', async () => {
    answers = [fails('code-needed')];
    through();
    await vi.advanceTimersByTimeAsync(0);
    expect(sending.code_asked).toBe(true);
  });
});
