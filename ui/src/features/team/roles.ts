import type { MemberState, Role } from '$lib/bindings';
import { m } from '$lib/paraglide/messages';

/** Roles that can be given: there is one owner. */
export const ROLES: Exclude<Role, 'owner'>[] = ['sender', 'test-sender', 'auditor', 'custodian', 'admin'];

/** Those that an admin gives, and whose holders an admin changes. The host checks every record. */
export const ADMIN_ROLES = ROLES.filter((role) => role !== 'admin' && role !== 'custodian');

/** The name of a role. */
export function roleName(role: Role): string {
  const names: Record<Role, () => string> = {
    owner: m.team_role_owner,
    admin: m.team_role_admin,
    custodian: m.team_role_custodian,
    sender: m.team_role_sender,
    'test-sender': m.team_role_test_sender,
    auditor: m.team_role_auditor,
  };
  return names[role]();
}

/** What somebody of that role may do, and may not. */
export function roleMay(role: Role): string {
  const words: Record<Role, () => string> = {
    owner: m.team_may_owner,
    admin: m.team_may_admin,
    custodian: m.team_may_custodian,
    sender: m.team_may_sender,
    'test-sender': m.team_may_test_sender,
    auditor: m.team_may_auditor,
  };
  return words[role]();
}

/** Whether grants mean anything for that role. */
export function sends(role: Role): boolean {
  return role === 'sender' || role === 'test-sender' || role === 'owner';
}

/** Whether the role is asked for a code: with a message, or to let somebody in. */
export function usesCode(role: Role): boolean {
  return sends(role) || role === 'admin';
}

/** The state of a member or device, in a word. */
export function stateName(state: MemberState): string {
  const names: Record<MemberState, () => string> = {
    active: m.team_state_active,
    suspended: m.team_state_suspended,
    revoked: m.team_state_revoked,
  };
  return names[state]();
}
