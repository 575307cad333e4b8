import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CharrnnError } from '../errors.js';
import { formatCount } from '../format.js';
import { Utf8Decoder } from './decode.js';
import { readFault, shownName } from './faults.js';

/** Bytes whose text a string can hold whatever it is. */
const LONGEST = 2 ** 28;

/**
 * The text of a file or pipe, `-` for standard input, without the byte-order mark that may stand at its start.
 * @throws CharrnnError when it cannot be read, is no UTF-8, or too long
 */
export async function readText(path: string): Promise<string> {
  const name = path === '-' ? 'standard input' : shownName(path);
  const bytes = await readBytes(path, name);
  if (bytes.length > LONGEST) throw tooLong(name, formatCount(bytes.length));
  if (!isUtf8(bytes)) {
    const decoder = new Utf8Decoder(name, 're-encode it');
    decoder.decode(bytes, new Uint32Array(bytes.length));
    decoder.end();
  }
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

async function readBytes(path: string, name: string): Promise<Buffer> {
  try {
    return path === '-' ? await buffer(process.stdin) : await readFile(path);
  } catch (error) {
    if (error instanceof RangeError) throw tooLong(name, 'more than 2,147,483,647');
    throw readFault(path, error);
  }
}

const tooLong = (name: string, bytes: string): CharrnnError =>
  new CharrnnError(
    `${name}: ${bytes} bytes, more than the ${formatCount(LONGEST)} that can be read; give a part of it`,
  );
