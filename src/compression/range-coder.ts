// A range coder (Martin, 1979): a text of symbols becomes one number in [0, 1), written in base 256. A symbol narrows the
// interval of the numbers that are still possible in proportion to its share of the frequencies, so it costs
// −log₂(share) bits. All numbers are integers below 2^53, which doubles hold exactly.

/** The interval has a width of up to 2^48, and more than 2^40 before a symbol: the first byte is certain below that. */
const TOP = 2 ** 48;
const BOTTOM = 2 ** 40;

/** The largest sum of the frequencies of a distribution. */
export const LARGEST_TOTAL = 2 ** 24;

/** A growing array of bytes. */
class Bytes {
  private bytes = new Uint8Array(1024);
  private length = 0;

  push(byte: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = byte;
  }

  taken(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** A symbol's place among the frequencies: those before it sum to `start`, its own is `size`, at least 1. */
export interface Slot {
  readonly start: number;
  readonly size: number;
}

export class RangeEncoder {
  private readonly bytes = new Bytes();
  /** The interval is low … low + range − 1; the bytes written are its common beginning. */
  private low = 0;
  private range = TOP;
  /** The last byte that is certain but for a carry, and the bytes 255 that follow it, which a carry would turn to 0. */
  private last = -1;
  private full = 0;

  /** @param total of all frequencies, at most `LARGEST_TOTAL` */
  encode({ start, size }: Slot, total: number): void {
    const unit = Math.floor(this.range / total);
    this.low += unit * start;
    this.range = unit * size;
    while (this.range <= BOTTOM) this.shift();
  }

  /** Returns all bytes. A decoder that reads zeros after them decodes the same symbols. */
  end(): Uint8Array {
    // A number in the interval whose bytes after the first are zeros.
    this.low = Math.ceil(this.low / BOTTOM) * BOTTOM;
    for (let i = 0; i < 7; i++) this.shift();
    const all = this.bytes.taken();
    let length = all.length;
    while (length > 0 && all[length - 1] === 0) length--;
    return all.slice(0, length);
  }

  private shift(): void {
    const carries = this.low >= TOP;
    const low = carries ? this.low - TOP : this.low;
    const byte = Math.floor(low / BOTTOM);
    if (byte < 255 || carries) {
      if (this.last >= 0) this.bytes.push(this.last + (carries ? 1 : 0));
      for (; this.full > 0; this.full--) this.bytes.push(carries ? 0 : 255);
      this.last = byte;
    } else this.full++;
    this.low = (low - byte * BOTTOM) * 256;
    this.range *= 256;
  }
}

export class RangeDecoder {
  /** The encoded number minus the start of the interval, as far as it has been read. */
  private code = 0;
  private range = TOP;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    for (let i = 0; i < 6; i++) this.code = this.code * 256 + this.next();
  }

  /** Returns a number that lies in the next symbol's slot. */
  target(total: number): number {
    return Math.min(total - 1, Math.floor(this.code / Math.floor(this.range / total)));
  }

  /** Goes on to the next symbol. @param slot that of the symbol in which the target lies */
  advance({ start, size }: Slot, total: number): void {
    const unit = Math.floor(this.range / total);
    this.code -= unit * start;
    this.range = unit * size;
    while (this.range <= BOTTOM) {
      this.code = this.code * 256 + this.next();
      this.range *= 256;
    }
  }

  private next(): number {
    return this.at < this.bytes.length ? this.bytes[this.at++] : 0;
  }
}
