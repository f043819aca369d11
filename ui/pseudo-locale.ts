import type { Plugin } from 'vite';

/**
 * The pseudo-locale `en-XA` of test builds: English with accents, 40 % longer, in brackets. What is clipped,
 * too narrow or not translated at all can be seen at a glance. `src/lib/i18n/language.ts` switches it.
 */
export function pseudoLocale(): Plugin {
  return {
    name: 'signet-pseudo-locale',
    enforce: 'post',
    transform(code, id) {
      if (!/paraglide\/messages\/en\.js/.test(id)) return undefined;
      const sentence = /return \/\*\* @type \{LocalizedString\} \*\/ \((`(?:[^`\\]|\\.)*`)\)/g;
      return { code: `${pseudo.toString()}\n${code.replace(sentence, 'return pseudo($1)')}`, map: null };
    },
  };
}

/** Exported for its test; in the page it is written into the module of the messages. */
export function pseudo(text: string): string {
  if (!('__SIGNET_PSEUDO__' in globalThis) || text.startsWith('⟦')) return text;
  const from = 'aceinouyACEINOUYsS';
  const to = 'åçéîñöûýÅÇÉÎÑÖÛÝšŠ';
  const accented = [...text].map((letter) => to[from.indexOf(letter)] ?? letter).join('');
  return `⟦${accented}${'~'.repeat(Math.ceil(text.length * 0.4))}⟧`;
}
