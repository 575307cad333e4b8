// Base64 as fast as Node has it. In a browser, `browser-fast-base64.ts` takes the place of this file.

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

export const encodeBase64 = (bytes: Uint8Array): string => bufferOf(bytes).toString('base64');

/**
 * Decodes whole groups of four characters into bytes, from a place on.
 * @returns false, with anything in those bytes, unless the text is what they would be encoded as
 */
export function decodeGroups(text: Uint8Array, bytes: Uint8Array, at: number): boolean {
  const [groups, into] = [bufferOf(text).toString('latin1'), bufferOf(bytes)];
  const size = (3 * groups.length) / 4;
  into.write(groups, at, size, 'base64');
  return into.toString('base64', at, at + size) === groups;
}
