import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codePointName, nameOf, shownText, signOf } from '../../src/pages/browser/visible-characters.js';

describe('characters of a page', () => {
  it('are themselves if they can be seen', () => {
    for (const character of ['a', 'é', '<', '&', '字', 'ש', '😀', '\u0301']) {
      assert.equal(signOf(character.codePointAt(0) ?? 0), character);
    }
    assert.deepEqual([' ', '\n', '\t', '\u0301', '\u00a0'].map(nameOf), ['␣', '↵', '⇥', '◌\u0301', '⟨00A0⟩']);
  });

  it('have pictures or numbers if they are controls, directions, joiners, or nothing at all', () => {
    assert.deepEqual([0, 0x1b, 0x7f, 0x85].map(signOf), ['␀', '␛', '␡', '⟨0085⟩']);
    assert.deepEqual([0x202e, 0x2066, 0x200b, 0x200d, 0xfeff].map(signOf), [
      '⟨202E⟩',
      '⟨2066⟩',
      '⟨200B⟩',
      '⟨200D⟩',
      '⟨FEFF⟩',
    ]);
    assert.deepEqual([0xd800, 0xfe0f, 0xe0041, 0x2028, 0xfffe].map(signOf), [
      '⟨D800⟩',
      '⟨FE0F⟩',
      '⟨E0041⟩',
      '⟨2028⟩',
      '⟨FFFE⟩',
    ]);
    assert.equal(codePointName('\u202e'), 'U+202E');
  });

  it('are never invisible, but for the space and line ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(shownText(text).replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
