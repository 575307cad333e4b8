// A JSON parser over a stream of bytes, for documents longer than the longest string. It is a plain recursive descent
// parser, written as generators that yield whenever they need the next chunk. Memory is bounded for any input: nesting,
// the length of strings and the number of values are limited, and long strings can go to a sink.

import { Fault } from '../files/system-errors.js';

/** A value from a document, short enough for a message. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return shortened(JSON.stringify(value) ?? 'missing');
}

/** The start of a text from a document, long enough to find it. */
export const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** Has no prototype, so `__proto__` is an ordinary key, and `toString` exists only if the file has it. */
export class JsonObject {
  [key: string]: unknown;
}
Object.setPrototypeOf(JsonObject.prototype, null);
Reflect.deleteProperty(JsonObject.prototype, 'constructor');

/** Receives the content of one string, piece by piece. */
export interface StringSink {
  /** Consumes bytes[from …] up to the first quote or backslash; returns where it stopped. Must not keep `bytes`. */
  write(bytes: Uint8Array, from: number): number;
  /** The value of the whole string. */
  end(): unknown;
}

export interface JsonVisitor {
  /**
   * Called before the value at `path`, a member of `owner`, which already has its earlier members. Decides whether to
   * keep the value, to skip it (parse and discard it), or to pass it to a sink if it is a string.
   * @param offset the position of the value, in bytes from the start
   */
  before(path: readonly string[], owner: JsonObject, offset: number): 'keep' | 'skip' | StringSink;
  /** Called after the value at `path`, if it was kept. */
  after(path: readonly string[], value: unknown): void;
}

const MAX_DEPTH = 32;
/** Maximum bytes in a key, a number, or a string without a sink. */
const MAX_TEXT = 65_536;
/** Maximum number of values kept outside sinks: enough for any vocabulary and a million history entries. */
const MAX_VALUES = 2 ** 23;
/** Bytes searched at once for the end of a string. */
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
/** The characters of numbers, true, false and null. */
const isWord = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  ((byte | 0x20) - 0x61) >>> 0 < 26 ||
  byte === 0x2b ||
  byte === 0x2d ||
  byte === 0x2e;

/** A parsing step: receives chunks, and `undefined` at the end of the input. */
type Parsing<T> = Generator<undefined, T, Uint8Array | undefined>;

/** Parses a JSON object whose bytes arrive in chunks. */
export class JsonStream {
  private chunk: Uint8Array = new Uint8Array(0);
  private at = 0;
  /** Total bytes of the chunks before this one. */
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

  /** Returns the document. @throws Fault if it is incomplete */
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

  /** Moves to the next chunk; returns false at the end of the input. */
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

  /** Returns the next byte that is not whitespace, without consuming it. */
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

  /** Consumes the byte after an element: returns true for a comma, false for the closing byte. */
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

  /** Parses a string with its escapes; returns an empty string if it is not kept. */
  private *text(kept: boolean): Parsing<string> {
    const start = this.offset;
    const bytes = [this.chunk[this.at++]];
    for (let escaped = false; ; ) {
      if (this.at === this.chunk.length) yield* this.more();
      if (!kept && !escaped) this.at = this.delimiter();
      if (this.at === this.chunk.length) continue;
      const byte = this.chunk[this.at++];
      if (kept && bytes.push(byte) > MAX_TEXT) {
        throw new Fault(`holds a string longer than ${MAX_TEXT} bytes at byte ${start}`);
      }
      if (!escaped && byte === QUOTE) break;
      escaped = !escaped && byte === BACKSLASH;
    }
    return kept ? String(this.parse(Uint8Array.from(bytes), start)) : '';
  }

  /** The position of the next quote or backslash, or of the end of the part searched at once. */
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

  /** Parses an escape sequence in a string with a sink: many writers escape the slash of base64, some the plus sign. */
  private *sinkEscape(sink: StringSink): Parsing<void> {
    const start = this.offset;
    let sequence = '';
    for (let length = 2; sequence.length < length; ) {
      if (this.at === this.chunk.length) yield* this.more();
      sequence += String.fromCharCode(this.chunk[this.at++]);
      if (sequence === '\\u') length = 6;
    }
    const bytes = new TextEncoder().encode(String(this.parse(`"${sequence}"`, start)));
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
