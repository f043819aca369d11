/**
 * A grant as a sentence with slots, in the reader's language; what a change of it widens. The host decides:
 * nothing here allows anything.
 */
import type { Conditions, Hours, Weekday } from '$lib/bindings';
import { bytes, list, moment, number, span } from '$lib/i18n/format';
import { language } from '$lib/i18n/language.svelte';
import { m } from '$lib/paraglide/messages';

/** What can be chosen in the sentence. */
export const SLOTS = [
  'senders',
  'key',
  'recipients',
  'rate',
  'bytes',
  'count',
  'types',
  'networks',
  'hours',
  'until',
  'code',
  'approval',
] as const;
export type Slot = (typeof SLOTS)[number];
/** Those that may be absent. */
export const LIMITS = SLOTS.slice(3);

/** A piece of the sentence: words, or a slot with what is in it. */
export interface Piece {
  text: string;
  slot?: Slot;
}

const MARK = '\u0001';
/** From Monday on. */
export const DAYS: Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** The sentence in pieces: who and what first, then each limit that is set. */
export function pieces(conditions: Conditions, key: string): Piece[] {
  const filled: Partial<Record<Slot, string>> = {
    senders: senders(conditions),
    key,
    recipients: recipients(conditions.recipients),
  };
  const marked = m.team_grant_sentence({
    senders: `${MARK}senders${MARK}`,
    key: `${MARK}key${MARK}`,
    recipients: `${MARK}recipients${MARK}`,
  });
  const main = marked
    .split(MARK)
    .map((text, index): Piece =>
      index % 2 ? { text: filled[text as Slot] ?? '', slot: text as Slot } : { text },
    );
  const limits = LIMITS.flatMap((slot): Piece[] => {
    const text = limit(slot, conditions);
    return text === undefined ? [] : [{ text: ', ' }, { text, slot }];
  });
  return [...main, ...limits, { text: '.' }].filter(({ text }) => text !== '');
}

/** The sentence as one text. */
export function sentence(conditions: Conditions, key: string): string {
  return pieces(conditions, key)
    .map(({ text }) => text)
    .join('');
}

/** A limit in words; none where it is not set. */
export function limit(slot: Slot, c: Conditions): string | undefined {
  switch (slot) {
    case 'rate':
      return rate(c);
    case 'bytes':
      return c.bytes_max == null ? undefined : m.team_limit_bytes({ size: bytes(c.bytes_max) });
    case 'count':
      return c.recipients_max == null
        ? undefined
        : m.team_limit_count({ count: c.recipients_max, number: number(c.recipients_max) });
    case 'types':
      if (!c.attachment_types) return undefined;
      return c.attachment_types.length === 0
        ? m.team_limit_no_files()
        : m.team_limit_types({ types: list(c.attachment_types) });
    case 'networks':
      return c.networks ? m.team_limit_networks({ networks: either(c.networks) }) : undefined;
    case 'hours':
      return c.hours ? hours(c.hours) : undefined;
    case 'until':
      return until(c);
    case 'code':
      if (c.code_within == null) return undefined;
      return c.code_within === 0
        ? m.team_limit_code_each()
        : m.team_limit_code_within({ span: span(c.code_within * 1000) });
    case 'approval':
      if (!c.approvals) return undefined;
      return c.approvals.by === 'owner' ? m.team_limit_approval_owner() : m.team_limit_approval_admin();
    default:
      return undefined;
  }
}

/** The name of a slot, where one is changed or added. */
export function slotName(slot: Slot): string {
  const names: Record<Slot, () => string> = {
    senders: m.team_slot_senders,
    key: m.team_slot_key,
    recipients: m.team_slot_recipients,
    rate: m.team_slot_rate,
    bytes: m.team_slot_bytes,
    count: m.team_slot_count,
    types: m.team_slot_types,
    networks: m.team_slot_networks,
    hours: m.team_slot_hours,
    until: m.team_slot_until,
    code: m.team_slot_code,
    approval: m.team_slot_approval,
  };
  return names[slot]();
}

/** One thing that a change changes. */
export interface Change {
  slot: Slot;
  before: string;
  after: string;
  /** It lets through what was stopped before, or nobody can tell. */
  wider: boolean;
}

/** What is different, slot by slot. */
export function changes(before: Conditions, after: Conditions): Change[] {
  return SLOTS.filter((slot) => FIELDS[slot].some((field) => !same(before[field], after[field]))).map(
    (slot) => ({
      slot,
      before: shown(slot, before),
      after: shown(slot, after),
      wider: widens(slot, before, after),
    }),
  );
}

/** Conditions to begin with: a test sender's own domain, 20 a day, for 30 days. */
export function modest(sender: string, now: number): Conditions {
  const domain = /@([^@\s]+)$/.exec(sender)?.[1];
  return {
    senders: sender ? [sender] : [],
    recipients: domain ? [domain] : [],
    per_day: 20,
    not_after: now + 30 * 86_400_000,
  };
}

/** The conditions without one limit. */
export function without(conditions: Conditions, slot: Slot): Conditions {
  const rest = { ...conditions };
  for (const field of FIELDS[slot]) Reflect.deleteProperty(rest, field);
  return rest;
}

const FIELDS: Record<Slot, (keyof Conditions)[]> = {
  senders: ['senders', 'aliases', 'test_domains'],
  key: [],
  recipients: ['recipients'],
  rate: ['per_day', 'per_minute'],
  bytes: ['bytes_max'],
  count: ['recipients_max'],
  types: ['attachment_types'],
  networks: ['networks'],
  hours: ['hours'],
  until: ['not_after', 'not_before'],
  code: ['code_within'],
  approval: ['approvals'],
};

/** Compared as they are: what reads the same may differ. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

function shown(slot: Slot, c: Conditions): string {
  if (slot === 'senders') return senders(c);
  if (slot === 'recipients') return recipients(c.recipients);
  return limit(slot, c) ?? m.team_no_limit();
}

function widens(slot: Slot, before: Conditions, after: Conditions): boolean {
  switch (slot) {
    case 'senders':
      return (
        more(before.senders, after.senders) ||
        more(before.aliases ?? [], after.aliases ?? []) ||
        more(before.test_domains ?? [], after.test_domains ?? [])
      );
    case 'recipients':
      return more(before.recipients, after.recipients);
    case 'types':
      return more(before.attachment_types, after.attachment_types);
    case 'networks':
      return more(before.networks, after.networks);
    case 'rate':
      return above(before.per_day, after.per_day) || above(before.per_minute, after.per_minute);
    case 'bytes':
      return above(before.bytes_max, after.bytes_max);
    case 'count':
      return above(before.recipients_max, after.recipients_max);
    case 'until':
      return above(before.not_after, after.not_after) || above(after.not_before ?? 0, before.not_before ?? 0);
    case 'code':
      return above(before.code_within, after.code_within);
    case 'approval':
      return before.approvals != null && (after.approvals == null || after.approvals.by === 'admin');
    case 'hours':
      // Whether other hours are more hours depends on the week: said as wider, so that it is looked at.
      return before.hours != null;
    default:
      return true;
  }
}

/** Lists that permit: an absent one permits everything. */
function more(before: string[] | null | undefined, after: string[] | null | undefined): boolean {
  if (!before) return false;
  return !after || after.some((item) => !before.includes(item));
}

/** Limits: an absent one is none. */
function above(before: number | null | undefined, after: number | null | undefined): boolean {
  return before != null && (after == null || after > before);
}

function senders(c: Conditions): string {
  return c.senders.length === 0 ? m.team_nobody() : either([...c.senders, ...(c.aliases ?? [])]);
}

/** Whom a list of addresses and domains means. */
export function recipients(rules: string[] | null | undefined): string {
  if (!rules) return m.team_anyone();
  if (rules.length === 0) return m.team_nobody();
  return either(rules.map((rule) => (rule.includes('@') ? rule : m.team_anyone_at({ domain: rule }))));
}

function rate({ per_day, per_minute }: Conditions): string | undefined {
  const day = per_day == null ? '' : m.team_limit_day({ number: number(per_day) });
  const minute = per_minute == null ? '' : m.team_limit_minute({ number: number(per_minute) });
  return day && minute ? list([day, minute]) : day || minute || undefined;
}

function until({ not_before, not_after }: Conditions): string | undefined {
  const from = not_before == null ? '' : m.team_limit_from({ date: moment(not_before) });
  const to = not_after == null ? '' : m.team_limit_until({ date: moment(not_after) });
  return [from, to].filter(Boolean).join(' ') || undefined;
}

/** `Mon–Fri from 08:00 to 18:00 (Europe/Berlin)`. */
export function hours({ days, from, to, zone }: Hours): string {
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return m.team_limit_hours({ days: daysText(days), from: clock(from), to: clock(to), zone });
}

/** `Mon–Fri`, or the days one by one. */
function daysText(days: Weekday[]): string {
  const at = DAYS.flatMap((day, index) => (days.includes(day) ? [index] : []));
  const [first, last] = [at[0], at.at(-1)];
  if (first !== undefined && last !== undefined && last - first === at.length - 1 && at.length > 2)
    return `${dayName(first)}–${dayName(last)}`;
  return list(at.map(dayName));
}

/** The short name of a day, from Monday = 0. */
export function dayName(index: number): string {
  // 2 November 2026 was a Monday.
  return new Intl.DateTimeFormat(language.locale, { weekday: 'short', timeZone: 'UTC' }).format(
    Date.UTC(2026, 10, 2 + index),
  );
}

/** One of these. */
export function either(items: string[]): string {
  return new Intl.ListFormat(language.locale, { type: 'disjunction' }).format(items);
}
