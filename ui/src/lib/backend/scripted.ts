import { Failed, type Backend, type Event, type MethodName, type Request, type Response } from './types';

/** Answers by method; one that throws `Failed` fails the call. */
export type Handlers = {
  [K in MethodName]?: (
    request: Request<K>,
    emit: (event: Event<K>) => void,
  ) => Response<K> | Promise<Response<K>>;
};

/** A backend whose answers are given: for component tests and the state gallery, never in a release. */
export function scriptedBackend(handlers: Handlers): Backend {
  return {
    async call(method, request, options) {
      const handler = handlers[method];
      if (!handler) throw new Failed({ code: 'unsupported', what: `not scripted: ${method}`, remedy: '' });
      return await handler(request, (event) => options?.onEvent?.(event));
    },
  };
}
