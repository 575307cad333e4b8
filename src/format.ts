/** A count with thousands separators, the same in every locale: `1,115,394`. */
export const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** What would not show, or would change what shows around it: controls, formats, marks, and all spaces but the blank. */
const INVISIBLE = /^[\p{C}\p{M}\p{Zl}\p{Zp}]$|^(?! )\p{Zs}$/u;

/** A character as messages show it, `"é" (U+00E9)`, on one line: `"\n" (U+000A)`, `"\u{200d}" (U+200D)`. */
export function formatCharacter(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  const hex = codePoint.toString(16);
  const quoted = JSON.stringify(character);
  const hidden = INVISIBLE.test(character) && !/^"\\[bfnrt]"$/.test(quoted);
  return `${hidden ? `"\\u{${hex}}"` : quoted} (U+${hex.toUpperCase().padStart(4, '0')})`;
}
