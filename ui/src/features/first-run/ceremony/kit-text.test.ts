import { describe, expect, it } from 'vitest';
import { grouped, groupsIn } from './kit-text';
import { qrPath } from './qr';

describe('the text of a kit', () => {
  it('is grouped however it was typed or pasted', () => {
    expect(grouped('abcdefgh')).toBe('abcd efgh');
    expect(grouped('ABCD-efgh\n ij')).toBe('ABCD efgh ij');
    expect(grouped('a'.repeat(50))).toBe(Array(9).fill('aaaa').join(' '));
  });
  it('counts complete groups', () => {
    expect(groupsIn('abc')).toBe(0);
    expect(groupsIn('abcd e')).toBe(1);
    expect(groupsIn('x'.repeat(99))).toBe(9);
  });
});

describe('a QR code as a path', () => {
  it('draws runs of dark modules, moved by the quiet zone', () => {
    expect(qrPath(['0110', '1001'], 4)).toBe('M5 4h2v1h-2zM4 5h1v1h-1zM7 5h1v1h-1z');
  });
});
