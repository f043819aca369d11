/** Minutes as typed, in seconds; none if they are not 1 to 1440. */
export function idleSeconds(text: string): number | undefined {
  const minutes = Number(text.trim());
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= 1440 ? minutes * 60 : undefined;
}

/** Domains as typed, or the first that is none. */
export function domainsOf(text: string): { domains: string[] } | { fault: string } {
  const domains = text
    .split(/[\s,;]+/)
    .map((domain) => domain.replace(/^@/, '').toLowerCase())
    .filter(Boolean);
  const fault = domains.find((domain) => !/^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+$/u.test(domain));
  return fault === undefined
    ? { domains: domains.filter((domain, at) => domains.indexOf(domain) === at) }
    : { fault };
}

/** Whether keeping so many days removes messages that are kept now; 0 = keep none. */
export function removesHistory(from: number, to: number): boolean {
  return from !== 0 && to < from;
}

/** The address of a proxy as typed, if it is one. */
export function proxyOf(text: string): string | undefined {
  try {
    const address = text.trim();
    const { protocol, hostname } = new URL(address);
    return ['http:', 'https:', 'socks5:', 'socks5h:'].includes(protocol) && hostname ? address : undefined;
  } catch {
    return undefined;
  }
}
