import type { Failure } from '$lib/bindings';
import {
  Failed,
  type Backend,
  type CallOptions,
  type MethodName,
  type Request,
  type Response,
} from './types';

type Line = { event: unknown } | { result: unknown } | { failure: Failure };

/** A loopback server behind a token, for development and tests in a plain browser. */
export function browserBackend(token: string): Backend {
  return {
    async call<K extends MethodName>(
      method: K,
      request: Request<K>,
      options: CallOptions<K> = {},
    ): Promise<Response<K>> {
      const reply = await fetch('/call', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'signet-token': token },
        body: JSON.stringify({ method, params: request }),
        signal: options.signal ?? null,
      });
      if (!reply.ok || !reply.body) throw new Error(`the loopback server answered ${reply.status}`);
      for await (const line of lines(reply.body)) {
        const message = JSON.parse(line) as Line;
        if ('event' in message) options.onEvent?.(message.event as never);
        else if ('result' in message) return message.result as Response<K>;
        else throw new Failed(message.failure);
      }
      throw new Error('the loopback server went away');
    },
  };
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as never)
    .getReader() as ReadableStreamDefaultReader<string>;
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += value;
      const found = rest.split('\n');
      rest = found.pop() ?? '';
      yield* found;
    }
  } finally {
    // A browser has six connections for one server: what is not read to its end would hold one.
    await reader.cancel().catch(() => undefined);
  }
}
