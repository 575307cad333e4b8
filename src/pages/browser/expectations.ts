import { ALTERNATIVES, MOST_SURPRISED, STEPS_PER_BIT, type SurpriseData, UNPREDICTED, UNREAD } from '../report-data.js';

/** A character that a model thought possible, and its probability. */
export interface Alternative {
  readonly character: string;
  readonly probability: number;
}

/** What a model expected of each character of the text, as the page holds it. */
export class Expectations {
  private readonly bits: Uint8Array;
  /** Bytes of an index into the vocabulary. */
  private readonly width: 1 | 2;

  constructor(private readonly data: SurpriseData) {
    this.bits = bytesOf(data.bits);
    this.width = data.vocabulary.length > 256 ? 2 : 1;
  }

  /** Bits of surprise; undefined for a character that was not predicted. */
  surpriseAt(index: number): number | undefined {
    const value = this.bits[index];
    return value <= MOST_SURPRISED ? value / STEPS_PER_BIT : undefined;
  }

  /** Why a character has no surprise. */
  isUnread = (index: number): boolean => this.bits[index] === UNREAD;
  isFirst = (index: number): boolean => this.bits[index] === UNPREDICTED;

  /** The likeliest characters, best first, as far as they are likelier than nothing. */
  alternativesAt(index: number): Alternative[] {
    if (this.surpriseAt(index) === undefined) return [];
    const { data, width } = this;
    const from = index * ALTERNATIVES;
    // Of a long text these are megabytes, of which few are ever looked at.
    const symbols = bytesOf(data.alternatives, width * from, width * (from + ALTERNATIVES));
    const probabilities = bytesOf(data.probabilities, from, from + ALTERNATIVES);
    const found: Alternative[] = [];
    probabilities.forEach((probability, k) => {
      const symbol = width === 2 ? symbols[2 * k] + 256 * symbols[2 * k + 1] : symbols[k];
      if (probability > 0) found.push({ character: data.vocabulary[symbol], probability: probability / 255 });
    });
    return found;
  }
}

/** Decodes base64, or a range of its bytes. */
export function bytesOf(base64: string, from = 0, to = Number.POSITIVE_INFINITY): Uint8Array {
  // Four characters are three bytes.
  const start = Math.floor(from / 3);
  const binary = atob(base64.slice(4 * start, 4 * Math.ceil(to / 3)));
  const first = from - 3 * start;
  const bytes = new Uint8Array(Math.min(binary.length, to - 3 * start) - first);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(first + i);
  return bytes;
}
