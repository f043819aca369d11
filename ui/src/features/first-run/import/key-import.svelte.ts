/** Keys on their way into the vault, each with the file it came from. */
import { call, failureOf } from '$lib/backend';
import type { Failure, FileFacts, KeyFound, KeysFound, KeyView } from '$lib/bindings';

/** One key that was read, sealed and read back. */
export interface Imported {
  key: KeyView;
  file: FileFacts;
  /** Names the import, where the file can be removed. */
  original: string | undefined;
  fate: 'there' | 'kept' | 'deleted';
  failure?: Failure;
}

export class KeyImport {
  imported = $state<Imported[]>([]);
  /** The file that is being read, or the one that could not be. */
  file = $state.raw<FileFacts>();
  failure = $state.raw<Failure>();
  busy = $state(false);
  elsewhere = $state<KeysFound>();

  constructor(private readonly onimported: (key: KeyView) => void = () => undefined) {}

  /** Asks for a key file. */
  pick(): Promise<void> {
    return this.#run(async () => {
      const { files } = await call('files.pick', { purpose: 'key', multiple: true });
      await this.#takeAll(files);
    });
  }

  /** Files that were dropped on the window. */
  take(files: FileFacts[]): Promise<void> {
    return this.#run(() => this.#takeAll(files));
  }

  /** Has the sandbox make a key. */
  makeOne(): Promise<void> {
    return this.#run(async () => {
      const { file } = await call('sandbox.new-key', {});
      if (file) await this.#takeAll([file]);
    });
  }

  async deleteOriginal(item: Imported): Promise<void> {
    if (!item.original || this.busy) return;
    this.busy = true;
    delete item.failure;
    try {
      await call('key.remove-original', { original: item.original, file: item.file.handle });
      item.fate = 'deleted';
    } catch (thrown) {
      item.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  /** Looks for further key files in a folder that the person picks. */
  look(): Promise<void> {
    return this.#run(async () => {
      const found = await call('keys.elsewhere', {});
      if (found.folder !== null) this.elsewhere = found;
    });
  }

  async importFound(found: KeyFound): Promise<void> {
    await this.take([found.file]);
    if (!this.failure) found.in_vault = true;
  }

  async #takeAll(files: FileFacts[]): Promise<void> {
    for (const file of files) {
      this.file = file;
      const { key, original } = await call('key.import', { file: file.handle, name: null });
      this.imported.unshift({
        key,
        file,
        original: original ?? undefined,
        fate: original ? 'there' : 'kept',
      });
      this.file = undefined;
      this.onimported(key);
    }
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
