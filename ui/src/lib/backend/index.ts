/** The one way to everything behind the page. */
import { browserBackend } from './browser';
import { tauriBackend } from './tauri';
import type { Backend, CallOptions, MethodName, Request, Response } from './types';

export { Failed, failureOf } from './types';
export type { Backend, CallOptions, Event, MethodName, Request, Response } from './types';

let current: Backend | undefined;

/** The backend in use: the window's, or the loopback server's whose token is in the address. */
export function backend(): Backend {
  current ??= choose();
  return current;
}

/** Puts another backend in place: tests and the state gallery. */
export function useBackend(replacement: Backend): void {
  current = replacement;
}

/** Calls a method of the backend in use. */
export function call<K extends MethodName>(
  method: K,
  request: Request<K>,
  options?: CallOptions<K>,
): Promise<Response<K>> {
  return backend().call(method, request, options);
}

function choose(): Backend {
  if ('__TAURI_INTERNALS__' in window) return tauriBackend();
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  return browserBackend(token ?? '');
}
