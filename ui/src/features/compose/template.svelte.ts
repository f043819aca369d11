/** A message file whose variables are being filled in. */
import { call, failureOf } from '$lib/backend';
import type { Failure, TemplateRead } from '$lib/bindings';
import { composer } from './composer.svelte';
import { fromDraft } from './letter';

class Template {
  open = $state<TemplateRead>();
  values = $state<Record<string, string>>({});
  failure = $state<Failure>();
  busy = $state(false);

  /** Asks for a message file; one without variables opens at once. */
  async pick(): Promise<void> {
    this.failure = undefined;
    try {
      const { files } = await call('files.pick', { purpose: 'template', multiple: false });
      const [file] = files;
      if (!file) return;
      const read = await call('template.open', { file: file.handle });
      const { names, defaults } = read.variables;
      this.values = { ...Object.fromEntries(names.map((name) => [name, ''])), ...defaults };
      this.open = read;
      if (names.length === 0) await this.fill();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Opens the message with these values as a new draft; what was open is kept. */
  async fill(): Promise<void> {
    if (!this.open || this.busy) return;
    this.busy = true;
    this.failure = undefined;
    try {
      const variables = $state.snapshot(this.values);
      const { draft, key, files } = await call('template.fill', { file: this.open.file, variables });
      const letter = fromDraft(draft, key);
      for (const item of letter.files) item.facts = files.find((file) => file.handle === item.handle) ?? null;
      if (await composer.openNew(letter)) this.close();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }

  close(): void {
    this.open = this.failure = undefined;
    this.values = {};
  }
}

export const template = new Template();
