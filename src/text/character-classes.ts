// What kind of character a code point is, by Unicode's general categories.

/** Bits of a class. A letter with marks, and a digit, belong to a word. */
export const CharacterClass = { word: 1, capital: 2, digit: 4, space: 8, lowercase: 16 } as const;

/** The classes by code point, plus one; 0 where a class has not been needed yet. */
const known = new Uint8Array(0x110000);

/** Returns the class of a code point, a sum of bits. */
export function classOf(codePoint: number): number {
  const found = known[codePoint];
  if (found > 0) return found - 1;
  const made = classOfCharacter(String.fromCodePoint(codePoint));
  known[codePoint] = made + 1;
  return made;
}

function classOfCharacter(character: string): number {
  const { word, capital, digit, space, lowercase } = CharacterClass;
  const isIn = (bit: number, pattern: RegExp): number => (pattern.test(character) ? bit : 0);
  return (
    isIn(word, /[\p{L}\p{M}\p{N}_]/u) |
    isIn(capital, /[\p{Lu}\p{Lt}]/u) |
    isIn(digit, /\p{Nd}/u) |
    isIn(space, /\s/u) |
    isIn(lowercase, /\p{Ll}/u)
  );
}

/** Whether a code point has any of these classes. */
export const isOfClass = (codePoint: number | undefined, bits: number): boolean =>
  codePoint !== undefined && (classOf(codePoint) & bits) !== 0;
