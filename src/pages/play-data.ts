// What a page that writes holds, as plain JSON.

import type { ModelShape } from '../model/shape.js';
import type { VocabularyRecord } from '../text/vocabulary.js';
import type { ModelCard } from './report-data.js';

/** How a page holds the weights. */
export type Precision = 'single' | 'half';

/** What the reader may choose. */
export interface PlaySettings {
  readonly prime: string;
  readonly temperature: number;
  /** 1: off. */
  readonly topP: number;
  /** Characters to write. */
  readonly length: number;
  /** Undefined: another one each time that the page is opened. */
  readonly seed?: number | undefined;
}

/** The loss on a text in nats per character, before and after the weights were rounded. */
export interface RoundingCost {
  readonly text: string;
  readonly single: number;
  readonly half: number;
}

export interface PlayData {
  readonly title: string;
  /** The name of the checkpoint. */
  readonly name: string;
  readonly model: ModelShape;
  readonly vocabulary: VocabularyRecord;
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** All parameters one after the other: their little-endian bytes in base64. */
  readonly weights: string;
  readonly precision: Precision;
  /** What the rounding to halves costs, if it was measured. */
  readonly cost: RoundingCost | null;
  readonly card: ModelCard;
  readonly settings: PlaySettings;
}
