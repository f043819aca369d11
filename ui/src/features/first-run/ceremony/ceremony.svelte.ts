/**
 * One showing of new secrets: begun, proven piece by piece, finished in one step or dropped. What it holds is
 * forgotten at either end; the kit itself never comes here (it goes to paper behind the page's back).
 */
import { call, failureOf } from '$lib/backend';
import type { CeremonyAnswers, CeremonyRequest, Code, Failure, PageCeremonyShown } from '$lib/bindings';

export class Ceremony {
  shown = $state.raw<PageCeremonyShown>();
  codeProven = $state(false);
  kitProven = $state(false);
  /** Where the kit was written, for people. */
  kitFile = $state<string>();
  busy = $state<'begin' | 'code' | 'kit' | 'write' | 'finish'>();
  failure = $state.raw<Failure>();
  done = $state(false);

  readonly complete = $derived(
    this.shown !== undefined &&
      (this.codeProven || !this.shown.asks_code) &&
      (this.kitProven || this.shown.asks_kit_groups.length === 0),
  );

  /** What went wrong besides a proof that was refused. */
  readonly trouble = $derived(this.failure?.code === 'set-up-proof-failed' ? undefined : this.failure);

  /** Asks for the new secrets; those of before are dropped. Whether they are there. */
  begin(request: CeremonyRequest): Promise<boolean> {
    if (this.busy) return Promise.resolve(false);
    const turn = ++this.#turn;
    return this.#run('begin', async () => {
      await this.#dropShown();
      const begun = await call('ceremony.begin', request);
      // Left in the meantime: nothing of it may stay.
      if (turn === this.#turn) this.shown = begun;
      else await call('ceremony.drop', { id: begun.id });
    });
  }

  /** Proves a code of the new phone. A wrong one leaves everything as it is. */
  proveCode(code: string): Promise<boolean> {
    return this.#run('code', async () => {
      const proven = await call('ceremony.prove', this.#answers({ code: digits(code) }));
      this.codeProven = proven.code;
    });
  }

  /** Proves the groups of the kit that were asked for, as they were typed. */
  proveKit(groups: [number, string][]): Promise<boolean> {
    return this.#run('kit', async () => {
      const proven = await call('ceremony.prove', this.#answers({ kit_groups: groups }));
      this.kitProven = proven.kit_groups;
    });
  }

  /** Has the kit written to a file of the person's choice. */
  saveKit(): Promise<boolean> {
    return this.#run('write', async () => {
      const { file } = await call('kit.save', { id: this.#id });
      if (file) this.kitFile = `${file.folder}/${file.name}`;
    });
  }

  /** Opens the kit in the system's viewer. */
  printKit(): Promise<boolean> {
    return this.#run('write', async () => {
      await call('kit.print', { id: this.#id });
    });
  }

  /** Takes effect, in one step. */
  finish(): Promise<boolean> {
    return this.#run('finish', async () => {
      await call('ceremony.finish', this.#answers({}));
      this.#forget();
      this.done = true;
    });
  }

  /** Leaves it: nothing has changed. */
  async drop(): Promise<void> {
    this.#turn++;
    this.failure = undefined;
    await this.#dropShown();
  }

  /** Counts beginnings and leavings: what comes late belongs to neither. */
  #turn = 0;

  async #dropShown(): Promise<void> {
    const id = this.shown?.id;
    this.#forget();
    // It ends by itself within the hour; the agent may be away.
    if (id !== undefined) await call('ceremony.drop', { id }).catch(() => undefined);
  }

  get #id(): string {
    return this.shown?.id ?? '';
  }

  #answers(given: Partial<CeremonyAnswers>): CeremonyAnswers {
    return { id: this.#id, code: null, kit_groups: [], ...given };
  }

  async #run(what: NonNullable<Ceremony['busy']>, work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = what;
    this.failure = undefined;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      if (ENDED.includes(this.failure.code)) this.#forget();
      return false;
    } finally {
      this.busy = undefined;
    }
  }

  #forget(): void {
    this.shown = undefined;
    this.codeProven = false;
    this.kitProven = false;
    this.kitFile = undefined;
  }
}

/** After these the agent holds nothing of the ceremony any more. */
const ENDED: readonly Code[] = ['set-up-expired', 'vault-exists'];

/** A code as the app shows it, without its spaces. */
export function digits(code: string): string {
  return code.replace(/\D/g, '');
}
