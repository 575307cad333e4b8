// The format of a compressed text. All numbers are little-endian; a length is written in base 128, the lowest digits
// first, each byte but the last with its highest bit set.
//
//   "charrnn" 0x1a              8 bytes
//   version                     1 byte: 1
//   flags                       1 byte: 1 dynamic, 2 latin1, 4 stored: the one stream is the text itself
//   digest of the model         16 bytes: the first of its SHA-256
//   check of the text           8 bytes: the first of its SHA-256
//   segment, rate, decay        4 + 8 + 8 bytes, if dynamic
//   length of the text          in bytes
//   number of streams           then for each: its items, and the bytes it takes here
//   check of the header         8 bytes: the first of the SHA-256 of everything before
//   the streams                 one after another

import { createHash } from 'node:crypto';
import { Fault } from '../files/system-errors.js';
import { counted, formatBytes, formatCount } from '../format.js';
import { dynamicOptions } from '../options/measuring-options.js';
import type { DynamicOptions } from '../scoring/dynamic.js';

const MAGIC = Buffer.from('charrnn\x1a', 'latin1');
const VERSION = 1;
const [DYNAMIC, LATIN1, STORED] = [1, 2, 4];
const DIGEST = 16;
const CHECK = 8;

/** The largest text, in bytes: text and items are in memory as a whole. */
export const LARGEST_TEXT = 256 * 1024 * 1024;
/** The most streams of a text. */
export const MOST_STREAMS = 256;

export interface Container {
  /** The first bytes of the SHA-256 of the model (16). */
  readonly digest: Buffer;
  /** Those of the SHA-256 of the text (8). */
  readonly check: Buffer;
  readonly isLatin1: boolean;
  /** Whether the text is in its one stream as it is, because it would have become longer. */
  readonly isStored: boolean;
  readonly dynamic: DynamicOptions | undefined;
  /** Bytes of the text. */
  readonly length: number;
  readonly streams: readonly CodedStream[];
}

export interface CodedStream {
  /** Number of items. */
  readonly items: number;
  readonly bytes: Uint8Array;
}

/** What a container keeps of a SHA-256. */
export const digestIn = (sha256: Buffer): Buffer => sha256.subarray(0, DIGEST);
export const checkOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest().subarray(0, CHECK);

export function writeContainer({ digest, check, isLatin1, isStored, dynamic, length, streams }: Container): Buffer {
  const flags = (dynamic ? DYNAMIC : 0) + (isLatin1 ? LATIN1 : 0) + (isStored ? STORED : 0);
  const header = Buffer.concat([
    ...[MAGIC, Buffer.of(VERSION, flags), digest, check],
    ...(dynamic ? [adaptation(dynamic)] : []),
    ...[length, streams.length, ...streams.flatMap(({ items, bytes }) => [items, bytes.length])].map(base128),
  ]);
  return Buffer.concat([header, checkOf(header), ...streams.map(({ bytes }) => bytes)]);
}

/** @throws Fault when it is something else, or is damaged */
export function readContainer(file: Buffer): Container {
  if (file.length === 0) throw new Fault('is empty; give a file that charrnn compress wrote');
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new Fault('is not a text that charrnn compress wrote; give one that is');
  }
  const reader = new Reader(file, MAGIC.length);
  const version = reader.take(1)[0];
  if (version !== VERSION) {
    throw new Fault(`has version ${version} of the format, this charrnn reads version ${VERSION}; use a newer one`);
  }
  const flags = reader.take(1)[0];
  const [digest, check] = [reader.take(DIGEST), reader.take(CHECK)];
  const dynamic = flags & DYNAMIC ? adaptationIn(reader.take(20)) : undefined;
  const length = reader.length();
  const count = reader.length();
  if (length > LARGEST_TEXT || count < 1 || count > MOST_STREAMS) throw nonsense();
  const lengths = Array.from({ length: count }, () => ({ items: reader.length(), size: reader.length() }));
  const header = file.subarray(0, reader.at);
  if (!reader.take(CHECK).equals(checkOf(header))) throw nonsense();
  // A model that learns reads one text.
  if (dynamic && (count > 1 || !isAllowed(dynamic))) throw nonsense();
  const expected = lengths.reduce((sum, { size }) => sum + size, reader.at);
  if (file.length !== expected) {
    const difference = Math.abs(file.length - expected);
    const fault = file.length < expected ? 'missing at its end' : 'too many';
    throw damaged(`${counted(difference, 'byte')} ${fault}`);
  }
  const streams = lengths.map(({ items, size }) => ({ items, bytes: reader.take(size) }));
  const [isLatin1, isStored] = [(flags & LATIN1) !== 0, (flags & STORED) !== 0];
  return { digest, check, isLatin1, isStored, dynamic, length, streams };
}

const nonsense = (): Fault => damaged('its header makes no sense');

/** Whether these are settings that `compress` takes. */
function isAllowed({ segment, rate, decay }: DynamicOptions): boolean {
  const { dynamicSegment, dynamicRate, dynamicDecay } = dynamicOptions;
  const isIn = (value: number, { from, to }: { readonly from: number; readonly to: number }): boolean =>
    value >= from && value <= to;
  return isIn(segment, dynamicSegment) && isIn(rate, dynamicRate) && isIn(decay, dynamicDecay);
}

/** The fault of a file that is not as it was written. */
export const damaged = (fault: string): Fault => new Fault(`is damaged: ${fault}; get it again`);

/** @throws Fault */
export function checkSize(bytes: number): void {
  if (bytes <= LARGEST_TEXT) return;
  throw new Fault(`${formatBytes(bytes)}, at most ${formatBytes(LARGEST_TEXT)} can be compressed; split it`);
}

/** The beginning of a digest, for messages. */
export const shortened = (digest: Buffer): string => `${digest.toString('hex').slice(0, 12)}…`;

class Reader {
  constructor(
    private readonly file: Buffer,
    public at: number,
  ) {}

  take(count: number): Buffer {
    const bytes = this.file.subarray(this.at, this.at + count);
    if (bytes.length < count) throw damaged(`it ends after ${formatCount(this.file.length)} bytes`);
    this.at += count;
    return bytes;
  }

  /** Reads a length below 2^49. */
  length(): number {
    let [value, digit] = [0, 1];
    for (let i = 0; i < 7; i++) {
      const [byte] = this.take(1);
      value += (byte & 127) * digit;
      if (byte < 128) return value;
      digit *= 128;
    }
    throw nonsense();
  }
}

function base128(value: number): Buffer {
  const bytes = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.of(...bytes, rest);
}

function adaptation({ segment, rate, decay }: DynamicOptions): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt32LE(segment, 0);
  bytes.writeDoubleLE(rate, 4);
  bytes.writeDoubleLE(decay, 12);
  return bytes;
}

const adaptationIn = (bytes: Buffer): DynamicOptions => ({
  segment: bytes.readUInt32LE(0),
  rate: bytes.readDoubleLE(4),
  decay: bytes.readDoubleLE(12),
});
