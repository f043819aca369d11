import type { Failure, Methods } from '$lib/bindings';

export type MethodName = keyof Methods;
export type Request<K extends MethodName> = Methods[K]['request'];
export type Response<K extends MethodName> = Methods[K]['response'];
export type Event<K extends MethodName> = Methods[K]['event'];

export interface CallOptions<K extends MethodName> {
  /** Sees each event of a method that reports progress. */
  onEvent?: (event: Event<K>) => void;
  /** Gives the call up; what was begun may go on (see the method). */
  signal?: AbortSignal;
}

/** What stands behind the page: the window, or a loopback server for development and tests. */
export interface Backend {
  /** Calls a method. Rejects with `Failed`. */
  call<K extends MethodName>(method: K, request: Request<K>, options?: CallOptions<K>): Promise<Response<K>>;
}

/** A failure as the agent and the window report it; switch on `failure.code`. */
export class Failed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.code);
    this.name = 'Failed';
  }
}

/** Any thrown value as a failure. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failed) return thrown.failure;
  const fault = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return { code: 'internal', what: '', remedy: '', facts: { fault } };
}
