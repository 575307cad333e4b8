// A JSON parser over a stream of bytes, for documents longer than a string can be. It is a plain recursive descent
// written as generators, which yield whenever they want the next chunk. Memory stays in bounds whatever the bytes:
// nesting, the length of texts and the number of values are limited, and long strings can go to a sink.

import { Fault } from '../files/system-errors.js';

/** A value of a document, short enough for a message. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return shortened(JSON.stringify(value) ?? 'missing');
}

/** The beginning of a text from a document, enough to find it. */
export const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Has no prototype, so that `__proto__` is a key like any other, and `toString` is found only where the file has it. */
export class JsonObject {
  [key: string]: unknown;
}
Object.setPrototypeOf(JsonObject.prototype, null);
Reflect.deleteProperty(JsonObject.prototype, 'constructor');

/** Takes the content of one string piece by piece. */
export interface StringSink {
  /** Takes bytes[from …], up to the first quote or backslash; returns where it stopped. The bytes are lent. */
  write(bytes: Uint8Array, from: number): number;
  /** The value of the whole string. */
  end(): unknown;
}

export interface JsonVisitor {
  /**
   * Before the value at `path`, a member of `owner`, whose earlier members are there: whether to keep it, to skip it
   * (it is parsed and dropped), or to hand it to a sink should it be a string.
   * @param offset of the value, in bytes from the start
   */
  before(path: readonly string[], owner: JsonObject, offset: number): 'keep' | 'skip' | StringSink;
  /** Behind the value at `path`, if it was kept. */
  after(path: readonly string[], value: unknown): void;
}

const MAX_DEPTH = 32;
/** Bytes of a key, a number, or a string that has no sink. */
const MAX_TEXT = 65_536;
/** Values kept outside of sinks: enough for any vocabulary and a million lines of history. */
const MAX_VALUES = 2 ** 23;
/** Bytes that are searched at once for the end of a string. */
const SEARCHED = 4096;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
/** Characters of numbers, true, false, null. */
const isWord = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  ((byte | 0x20) - 0x61) >>> 0 < 26 ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x2e;

/** A step of parsing: takes chunks, `undefined` at the end of the input. */
type Parsing<T> = Generator<undefined, T, Uint8Array | undefined>;

/** Parses one JSON object, given its bytes chunk by chunk. */
export class JsonStream {
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Bytes of the chunks before this one. */
  private past = 0;
  private values = 0;
  private readonly path: string[] = [];
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private readonly parsing: Parsing<JsonObject>;

  constructor(private readonly visitor: JsonVisitor) {
    this.parsing = this.document();
    this.parsing.next();
  }

  /** Parses the next bytes, which may be overwritten afterwards. @throws Fault */
  write(chunk: Uint8Array): void {
    if (chunk.length > 0) this.parsing.next(chunk);
  }

  /** The document. @throws Fault if it is not complete */
  end(): JsonObject {
    const { done, value } = this.parsing.next(undefined);
    if (!done) throw this.truncated();
    return value;
  }

  private get offset(): number {
    return this.past + this.at;
  }

  private truncated(): Fault {
    return new Fault(`ends at byte ${this.offset}, in the middle of the document; it is truncated, copy it again`);
  }

  private unexpected(): Fault {
    const byte = this.chunk[this.at];
    const text = byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `0x${byte.toString(16).padStart(2, '0')}`;
    return this.notJson(`unexpected ${text}`, this.offset);
  }

  private notJson(why: string, offset: number): Fault {
    return new Fault(`is not a charrnn checkpoint (not JSON at byte ${offset}: ${why})`);
  }

  private *document(): Parsing<JsonObject> {
    if ((yield* this.next()) !== OPEN_BRACE) throw this.unexpected();
    const document = yield* this.object(true);
    for (;;) {
      for (; this.at < this.chunk.length; this.at++) if (!isSpace(this.chunk[this.at])) throw this.unexpected();
      if (!(yield* this.take())) return document;
    }
  }

  /** Goes on to the next chunk; false at the end of the input. */
  private *take(): Parsing<boolean> {
    const chunk = yield;
    if (!chunk) return false;
    this.past += this.chunk.length;
    this.chunk = chunk;
    this.at = 0;
    return true;
  }

  private *more(): Parsing<void> {
    if (!(yield* this.take())) throw this.truncated();
  }

  /** The next byte that is no space, not consumed. */
  private *next(): Parsing<number> {
    for (;;) {
      for (; this.at < this.chunk.length; this.at++) {
        const byte = this.chunk[this.at];
        if (!isSpace(byte)) return byte;
      }
      yield* this.more();
    }
  }

  private *value(kept: boolean, sink?: StringSink): Parsing<unknown> {
    const byte = yield* this.next();
    if (kept && ++this.values > MAX_VALUES) throw new Fault(`holds more than ${MAX_VALUES} values besides its arrays`);
    if (byte === QUOTE) return yield* sink ? this.sunk(sink) : this.text(kept);
    if (byte !== OPEN_BRACE && byte !== OPEN_BRACKET) return yield* this.word();
    if (this.path.length >= MAX_DEPTH) throw new Fault(`is nested deeper than ${MAX_DEPTH} at byte ${this.offset}`);
    return yield* byte === OPEN_BRACE ? this.object(kept) : this.array(kept);
  }

  /** After an element: true behind a comma, false behind the closing byte. */
  private *continues(close: number): Parsing<boolean> {
    const byte = yield* this.next();
    if (byte !== COMMA && byte !== close) throw this.unexpected();
    this.at++;
    return byte === COMMA;
  }

  private *array(kept: boolean): Parsing<unknown[]> {
    const elements: unknown[] = [];
    this.at++;
    if ((yield* this.next()) === CLOSE_BRACKET) {
      this.at++;
      return elements;
    }
    this.path.push('');
    do {
      const element = yield* this.value(kept);
      if (kept) elements.push(element);
    } while (yield* this.continues(CLOSE_BRACKET));
    this.path.pop();
    return elements;
  }

  private *object(kept: boolean): Parsing<JsonObject> {
    const object = new JsonObject();
    this.at++;
    if ((yield* this.next()) === CLOSE_BRACE) {
      this.at++;
      return object;
    }
    do yield* this.member(object, kept);
    while (yield* this.continues(CLOSE_BRACE));
    return object;
  }

  private *member(owner: JsonObject, kept: boolean): Parsing<void> {
    if ((yield* this.next()) !== QUOTE) throw this.unexpected();
    const start = this.offset;
    const key = yield* this.text(true);
    if ((yield* this.next()) !== COLON) throw this.unexpected();
    this.at++;
    if (Object.hasOwn(owner, key)) throw new Fault(`repeats the key ${shown(key)} at byte ${start}`);

    this.path.push(key);
    const fate = kept ? this.visitor.before(this.path, owner, this.offset) : 'skip';
    const value = yield* this.value(fate !== 'skip', typeof fate === 'string' ? undefined : fate);
    if (fate !== 'skip') {
      owner[key] = value;
      this.visitor.after(this.path, value);
    }
    this.path.pop();
  }

  private *word(): Parsing<unknown> {
    const start = this.offset;
    let word = '';
    for (;;) {
      if (this.at === this.chunk.length) yield* this.more();
      if (!isWord(this.chunk[this.at])) break;
      word += String.fromCharCode(this.chunk[this.at++]);
      if (word.length > MAX_TEXT) throw this.notJson(`a number longer than ${MAX_TEXT} bytes`, start);
    }
    if (word === '') throw this.unexpected();
    return this.parse(word, start);
  }

  /** A string, escapes and all; empty if it is not kept. */
  private *text(kept: boolean): Parsing<string> {
    const start = this.offset;
    const bytes = [this.chunk[this.at++]];
    for (let escaped = false; ; ) {
      if (this.at === this.chunk.length) yield* this.more();
      if (!kept && !escaped) this.at = this.delimiter();
      if (this.at === this.chunk.length) continue;
      const byte = this.chunk[this.at++];
      if (kept && bytes.push(byte) > MAX_TEXT) {
        throw new Fault(`holds a text longer than ${MAX_TEXT} bytes at byte ${start}`);
      }
      if (!escaped && byte === QUOTE) break;
      escaped = !escaped && byte === BACKSLASH;
    }
    return kept ? String(this.parse(Uint8Array.from(bytes), start)) : '';
  }

  /** The place of the next quote or backslash, or else of the end of what is searched at once. */
  private delimiter(): number {
    const part = this.chunk.subarray(this.at, this.at + SEARCHED);
    const quote = part.indexOf(QUOTE);
    const end = quote < 0 ? part.length : quote;
    const backslash = part.subarray(0, end).indexOf(BACKSLASH);
    return this.at + (backslash < 0 ? end : backslash);
  }

  private *sunk(sink: StringSink): Parsing<unknown> {
    this.at++;
    for (;;) {
      this.at = sink.write(this.chunk, this.at);
      if (this.at === this.chunk.length) yield* this.more();
      else if (this.chunk[this.at] === QUOTE) break;
      else yield* this.sinkEscape(sink);
    }
    this.at++;
    return sink.end();
  }

  /** An escape sequence in a string with a sink: many writers escape the slash of base64, some the plus sign. */
  private *sinkEscape(sink: StringSink): Parsing<void> {
    const start = this.offset;
    let sequence = '';
    for (let length = 2; sequence.length < length; ) {
      if (this.at === this.chunk.length) yield* this.more();
      sequence += String.fromCharCode(this.chunk[this.at++]);
      if (sequence === '\\u') length = 6;
    }
    const bytes = Buffer.from(String(this.parse(`"${sequence}"`, start)));
    if (sink.write(bytes, 0) < bytes.length) throw this.notJson('an escaped quote in base64', start);
  }

  private parse(token: string | Uint8Array, start: number): unknown {
    try {
      return JSON.parse(typeof token === 'string' ? token : this.decoder.decode(token));
    } catch {
      throw this.notJson('a malformed value', start);
    }
  }
}
