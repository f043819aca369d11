import { m } from '$lib/paraglide/messages';
import type { Language } from '$lib/i18n/language';

/** What an administrator has to allow. */
export interface Wanted {
  /** The service account's number. */
  clientId: string;
  scopes: string[];
}

/** A message to the Workspace administrator, in the administrator's language: what to do, with a link. */
export function adminRequest({ clientId, scopes }: Wanted, language: Language): string {
  const locale = { locale: language };
  const scope = scopes.join(',');
  const link = `https://admin.google.com/ac/owl/domainwidedelegation?${new URLSearchParams({
    clientIdToAdd: clientId,
    clientScopeToAdd: scope,
    overwriteClientId: 'false',
  }).toString()}`;
  return [
    m.request_ask({}, locale),
    '',
    m.request_page({ link }, locale),
    m.request_values({ number: clientId, scope }, locale),
    m.request_meaning({}, locale),
    '',
    m.request_by_hand({}, locale),
    '',
  ].join('\n');
}
