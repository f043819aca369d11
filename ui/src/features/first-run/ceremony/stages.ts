import type { PageCeremonyShown } from '$lib/bindings';

/** The pages of a ceremony after its proof: the phone first, because the codes stand in for it. */
export type Stage = 'phone' | 'kit' | 'codes';

export function stagesOf(shown: PageCeremonyShown): Stage[] {
  return [
    ...(shown.totp ? (['phone'] as const) : []),
    ...(shown.kit ? (['kit'] as const) : []),
    ...(shown.codes.length > 0 ? (['codes'] as const) : []),
  ];
}
