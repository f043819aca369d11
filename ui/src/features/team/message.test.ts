import { render } from '@testing-library/svelte';
import { afterEach, expect, it } from 'vitest';
import { useBackend } from '$lib/backend';
import { scriptedBackend } from '$lib/backend/scripted';
import { fails } from '$features/gallery/samples';
import { sending } from '$features/compose/sending.svelte';
import { desk } from './samples';
import SharedMessage from './SharedMessage.svelte';

afterEach(() => sending.dismiss());

it('shows that a message that waited was approved and accepted', async () => {
  const request = '7'.repeat(32);
  useBackend(
    scriptedBackend({
      'shared.list': () => ({ hosts: [desk] }),
      'shared.send': () => fails('approval-needed', { request: '8'.repeat(32), listed: request }),
      'shared.sends': () => ({
        sends: [
          {
            request,
            time: 0,
            from: 'qa@example.org',
            recipients: 1,
            subject: '',
            state: 'sent',
            failure: null,
            message_id: 'm1',
            bytes: 2000,
          },
        ],
      }),
    }),
  );
  const [key] = desk.keys;
  if (!key) throw new Error('no key');
  const { container } = render(SharedMessage, { offered: { host: desk, key } });
  const via = { key: key.id, host: desk.host, name: desk.name, code: null };
  const draft = {
    from: 'qa@example.org',
    to: ['a@example.org'],
    cc: [],
    bcc: [],
    reply_to: [],
    subject: '',
    text: '',
    html: null,
    attachments: [],
  };
  sending.begin({
    draft,
    key: key.id,
    via,
    allow_blocked: false,
    hold: 0,
    current: () => true,
    accepted: () => undefined,
  });
  const shown = async (state: string) => {
    await expect.poll(() => container.querySelector(`[data-send=${state}]`)).not.toBeNull();
  };
  await shown('approval');
  await sending.settle();
  await shown('accepted');
});
