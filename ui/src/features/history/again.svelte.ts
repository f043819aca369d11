import { call, failureOf } from '$lib/backend';
import type { Draft, Failure, HistoryItem } from '$lib/bindings';
import { list } from '$lib/i18n/format';
import { m } from '$lib/paraglide/messages';
import { router } from '$lib/state/router.svelte';
import { undo } from '$lib/state/undo.svelte';

/** Sending a message of the history once more. */
class Again {
  /** The message that is being sent again. */
  running = $state<string>();
  /** Why the last one did not begin, and which it was. */
  refused = $state<{ id: string; failure: Failure }>();

  /** Sends it again after the time to undo: nothing is recorded or sent before. */
  hold(item: HistoryItem): void {
    undo.show(
      m.history_again_held({ people: people(item.draft) }),
      () => undefined,
      () => void this.now(item),
    );
  }

  /** Sends it again now, and shows the new row once there is one. */
  async now(item: HistoryItem): Promise<void> {
    this.running = item.id;
    this.refused = undefined;
    let began = false;
    try {
      await call(
        'send',
        { draft: item.draft, key: item.key, mode: 'send', allow_blocked: false },
        {
          onEvent: (event) => {
            if (event.event !== 'started') return;
            began = true;
            this.running = undefined;
            if (router.items.history === item.id) router.items.history = event.request_id;
          },
        },
      );
    } catch (thrown) {
      if (!began) this.refused = { id: item.id, failure: failureOf(thrown) };
    } finally {
      this.running = undefined;
    }
  }
}

export const again = new Again();

/** The recipients as a person would say them: two names, then a number. */
export function people(draft: Draft): string {
  const all = [...draft.to, ...draft.cc, ...draft.bcc];
  return all.length <= 2 ? list(all) : m.history_people_more({ first: all[0] ?? '', count: all.length - 1 });
}
