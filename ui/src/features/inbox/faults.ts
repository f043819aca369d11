import type { FaultKind } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';

/** The faults that a tester meets in life, in plain words; the sandbox knows many more by status and text. */
const PLAIN: Record<string, () => string> = {
  'token-unauthorized-client': m.fault_delegation,
  'token-signature': m.fault_key,
  'token-clock': m.fault_clock,
  'token-unknown-user': m.fault_sender,
  'api-not-enabled': m.fault_api,
  'mail-service-off': m.fault_mailbox,
  'mail-sending-limit': m.fault_limit,
  'user-rate-limit-403': m.fault_rate,
  'backend-error': m.fault_503,
  slow: m.fault_slow,
  'slow-upload': m.fault_slow_upload,
  'reset-before': m.fault_reset_before,
  'reset-after': m.fault_reset_after,
  bounce: m.fault_bounce,
};

/** Known faults: those in plain words first and in their order, the others as the sandbox lists them. */
export function sorted(known: FaultKind[]): { plain: FaultKind[]; others: FaultKind[] } {
  const byName = new Map(known.map((kind) => [kind.name, kind]));
  return {
    plain: Object.keys(PLAIN).flatMap((name) => byName.get(name) ?? []),
    others: known.filter((kind) => !(kind.name in PLAIN)),
  };
}

/** What a fault does: in plain words, or as the sandbox says it. */
export function faultWords(name: string, what: string): string {
  return PLAIN[name]?.() ?? what;
}
