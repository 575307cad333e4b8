import { ALTERNATIVES, MOST_SURPRISED, STEPS_PER_BIT, type SurpriseData, UNPREDICTED, UNREAD } from '../report-data.js';

/** A character that a model thought possible, and its probability. */
export interface Alternative {
  readonly character: string;
  readonly probability: number;
}

/** What a model expected of each character of the text, as the page holds it. */
export class Expectations {
  private readonly bits: Uint8Array;
  private readonly alternatives: Uint8Array;
  private readonly probabilities: Uint8Array;
  private readonly isWide: boolean;

  constructor(private readonly data: SurpriseData) {
    this.bits = bytesOf(data.bits);
    this.alternatives = bytesOf(data.alternatives);
    this.probabilities = bytesOf(data.probabilities);
    this.isWide = data.vocabulary.length > 256;
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
    const found: Alternative[] = [];
    for (let k = 0; k < ALTERNATIVES; k++) {
      const at = index * ALTERNATIVES + k;
      const symbol = this.isWide
        ? this.alternatives[2 * at] + 256 * this.alternatives[2 * at + 1]
        : this.alternatives[at];
      if (this.probabilities[at] > 0) {
        found.push({ character: this.data.vocabulary[symbol], probability: this.probabilities[at] / 255 });
      }
    }
    return found;
  }
}

/** Decodes base64. */
export function bytesOf(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
