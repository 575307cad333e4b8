// How characters are shown: one that would be invisible, move its neighbours or turn their direction has a sign instead.

/** Pictures of the controls U+0000 … U+001F, which Unicode has from U+2400 on; and of DEL. */
const PICTURES = 0x2400;
const DELETE_PICTURE = '\u2421';

/** Controls, formats (among them those of direction and joiners), unassigned characters, and all spaces but one. */
const HIDDEN = /^[\p{C}\p{Zl}\p{Zp}\p{Zs}\p{Variation_Selector}\u115f\u1160\u3164\uffa0]$|^\u034f$/u;

const signs = new Map<number, string>();

/** The sign of a character within a text: itself if it is visible, otherwise a picture or its number. */
export function signOf(codePoint: number): string {
  const known = signs.get(codePoint);
  if (known !== undefined) return known;
  const sign = newSign(codePoint);
  signs.set(codePoint, sign);
  return sign;
}

function newSign(codePoint: number): string {
  if (codePoint === 0x20) return ' ';
  if (codePoint === 0x0a) return '↵\n';
  if (codePoint === 0x09) return '⇥\u2003';
  if (codePoint < 0x20) return String.fromCodePoint(PICTURES + codePoint);
  if (codePoint === 0x7f) return DELETE_PICTURE;
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return numbered(codePoint);
  const character = String.fromCodePoint(codePoint);
  return HIDDEN.test(character) ? numbered(codePoint) : character;
}

const numbered = (codePoint: number): string => `⟨${codePoint.toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** A character by itself, as in a table or a label: the space has a sign, too, and a mark has something to stand on. */
export function nameOf(character: string): string {
  if (character === ' ') return '␣';
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint === 0x0a) return '↵';
  if (codePoint === 0x09) return '⇥';
  const sign = signOf(codePoint);
  return /^\p{M}/u.test(sign) ? `◌${sign}` : sign;
}

/** A text with signs, for what is shown without colours. */
export function shownText(text: string): string {
  let shown = '';
  for (const character of text) shown += character === '\n' ? '\n' : signOf(character.codePointAt(0) ?? 0);
  return shown;
}

/** The number of a character, as Unicode writes it. */
export const codePointName = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
