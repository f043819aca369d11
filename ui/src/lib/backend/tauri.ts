import { Channel, invoke } from '@tauri-apps/api/core';
import type { Failure } from '$lib/bindings';
import {
  Failed,
  type Backend,
  type CallOptions,
  type MethodName,
  type Request,
  type Response,
} from './types';

/** The window: one command, one channel for events. */
export function tauriBackend(): Backend {
  let calls = 0;
  return {
    async call<K extends MethodName>(
      method: K,
      request: Request<K>,
      options: CallOptions<K> = {},
    ): Promise<Response<K>> {
      const id = ++calls;
      const events = new Channel<never>((event) => options.onEvent?.(event));
      const give_up = () => void invoke('cancel', { id });
      options.signal?.addEventListener('abort', give_up, { once: true });
      try {
        return await invoke<Response<K>>('call', { id, method, params: request, events });
      } catch (thrown) {
        throw isFailure(thrown) ? new Failed(thrown) : thrown;
      } finally {
        options.signal?.removeEventListener('abort', give_up);
      }
    },
  };
}

function isFailure(thrown: unknown): thrown is Failure {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'remedy' in thrown;
}
