/** Key files on their way to a host, each sealed by this device so that only that host reads it. */
import { call, failureOf } from '$lib/backend';
import type { Failure, FileFacts, SharedImported } from '$lib/bindings';

/** A key that the host has taken, with the file that it came from. */
export interface Sealed {
  key: SharedImported;
  file: FileFacts;
  fate: 'there' | 'kept' | 'deleted';
  failure?: Failure;
}

export class Sealing {
  taken = $state<Sealed[]>([]);
  /** The file that is being sealed, or the one that could not be. */
  file = $state.raw<FileFacts>();
  failure = $state.raw<Failure>();
  busy = $state(false);

  /** Asks for a key file and seals it to the host; true if the host has it. */
  pick(host: string, name: string): Promise<boolean> {
    return this.#run(async () => {
      const { files } = await call('files.pick', { purpose: 'key', multiple: false });
      const [file] = files;
      if (!file) return false;
      this.file = file;
      const key = await call('shared.import', { host, file: file.handle, name: name.trim() || null });
      this.taken.unshift({ key, file, fate: key.original ? 'there' : 'kept' });
      this.file = undefined;
      return true;
    });
  }

  async deleteOriginal(item: Sealed): Promise<void> {
    const { original } = item.key;
    if (!original || this.busy) return;
    this.busy = true;
    delete item.failure;
    try {
      await call('key.remove-original', { original, file: item.file.handle });
      item.fate = 'deleted';
    } catch (thrown) {
      item.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  async #run(work: () => Promise<boolean>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    try {
      return await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
