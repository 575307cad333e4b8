// What a report holds. The program in the page imports these types; they must be plain JSON.

export interface ReportData {
  readonly runs: readonly RunData[];
  /** The options of all runs that have any, and their values, one per run; null where a run has no record. */
  readonly options: readonly { readonly name: string; readonly values: readonly (string | null)[] }[];
  /** The text that the models read; null if none of them reads text. */
  readonly text: TextData | null;
  /** Set where the page is served while a run lasts: milliseconds between two requests for new lines of its log. */
  readonly watch: { readonly every: number } | null;
}

/** A training run: a checkpoint, its log, or both. */
export interface RunData {
  /** A short name that no other run has. */
  readonly name: string;
  readonly course: CourseData;
  readonly card: ModelCard | null;
  readonly map: CharacterMap | null;
  readonly samples: readonly SampleData[];
  readonly surprise: SurpriseData | null;
  readonly units: UnitsData | null;
  readonly saturation: readonly SaturationData[];
  readonly gradientFlow: GradientFlowData | null;
}

/** The measurements of a run, column by column. Null where something was not measured. Losses are in nats per character. */
export interface CourseData {
  readonly step: readonly number[];
  readonly epoch: readonly number[];
  readonly loss: readonly (number | null)[];
  readonly validationLoss: readonly (number | null)[];
  readonly learningRate: readonly (number | null)[];
  readonly gradientNorm: readonly (number | null)[];
  /** Fraction of the steps whose gradient was clipped. */
  readonly clipped: readonly (number | null)[];
  readonly charactersPerSecond: readonly (number | null)[];
  /** Characters per step, if known. */
  readonly charactersPerStep: number | null;
  /** Where the numbers come from, for people. */
  readonly source: string;
}

export interface ModelCard {
  readonly cell: string;
  readonly layers: number;
  readonly hidden: number;
  readonly parameters: number;
  readonly task: string | null;
  /** Size of the checkpoint in bytes. */
  readonly bytes: number | null;
  readonly characters: readonly string[];
  readonly hasUnknown: boolean;
  readonly training: {
    readonly step: number;
    readonly totalSteps: number | null;
    readonly epoch: number | null;
    readonly loss: number | null;
    readonly best: { readonly step: number; readonly loss: number } | null;
    readonly corpusCharacters: number;
    readonly corpusSha256: string;
    readonly seed: number;
    /** The command that repeats the run. */
    readonly command: string;
  } | null;
}

export interface CharacterMap {
  /** The characters, and their places (x, y), within ±1. */
  readonly characters: readonly string[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** The shares of the variance that the two components explain. */
  readonly explained: readonly [number, number];
  /** Characters of the vocabulary that are left out. */
  readonly leftOut: number;
}

export interface SampleData {
  readonly temperature: number;
  readonly seed: number;
  readonly text: string;
}

export interface TextData {
  readonly name: string;
  /** What it is, in a sentence. */
  readonly origin: string;
  /** The text, of whole code points. */
  readonly content: string;
  /** Number of its code points. */
  readonly characters: number;
  /** Whether the text goes on beyond what the page holds. */
  readonly isCut: boolean;
}

/** How many steps of a quantised surprise are one bit. */
export const STEPS_PER_BIT = 12;
/** Highest quantised surprise; beyond are two values that are none. */
export const MOST_SURPRISED = 253;
/** The first character, which nothing predicts. */
export const UNPREDICTED = 254;
/** A character that the model does not know, and does not read. */
export const UNREAD = 255;
/** Alternatives per character. */
export const ALTERNATIVES = 4;

/** What a model expects of a text. */
export interface SurpriseData {
  /** Base64 of a byte per code point: its surprise in twelfths of a bit, `UNPREDICTED` or `UNREAD`. */
  readonly bits: string;
  /** The characters that the alternatives refer to. */
  readonly vocabulary: readonly string[];
  /**
   * Base64 of the likeliest characters at each code point, best first: `ALTERNATIVES` indices into the vocabulary, one
   * byte each up to 256 symbols, otherwise two, little-endian.
   */
  readonly alternatives: string;
  /** Base64 of their probabilities, in 255ths, a byte each. */
  readonly probabilities: string;
  readonly predictions: number;
  readonly unread: number;
  readonly meanBits: number;
  /** By position in the line, from 0: mean bits and number of predictions. */
  readonly byPosition: readonly MeanSurprise[];
  /** By character, the one that costs most in total first. */
  readonly byCharacter: readonly (MeanSurprise & { readonly character: string })[];
  /** Characters taken for others: the pairs that cost most first. */
  readonly confusions: readonly Confusion[];
}

export interface MeanSurprise {
  readonly bits: number;
  readonly count: number;
}

/** `written` is what the text has, `expected` what the model thought likelier than anything else. */
export interface Confusion {
  readonly written: string;
  readonly expected: string;
  readonly count: number;
  /** All bits that `written` costs where `expected` was the likeliest. */
  readonly bits: number;
}

/** Values of units along the beginning of the text. */
export interface UnitsData {
  /** Code points that the values belong to. */
  readonly characters: number;
  readonly layers: number;
  readonly hidden: number;
  /** What the values are: h or c. */
  readonly state: string;
  /**
   * For each layer: base64 of an int8 for each character and unit, at character·hidden + unit: 127ths of the unit's
   * scale, or `NO_VALUE` for a character that the model did not read.
   */
  readonly values: readonly string[];
  /** For each layer, the largest magnitude of each unit. */
  readonly scales: readonly (readonly number[])[];
  /** Units that a search found. */
  readonly found: readonly FoundUnit[];
}

export const NO_VALUE = -128;

export interface FoundUnit {
  readonly layer: number;
  readonly unit: number;
  /** What it follows, and how well: 1 tells all, 0.5 (or 0 for counts) nothing. */
  readonly follows: string;
  readonly score: number;
}

/** How often the units of a gate are saturated. */
export interface SaturationData {
  readonly layer: number;
  readonly gate: string;
  /** For each unit, the fraction of time below 0.1, and that above 0.9. */
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** The gradient of a loss by the states before it. */
export interface GradientFlowData {
  /** Steps between the state and the loss. */
  readonly distances: readonly number[];
  /** For each layer and state, the norm at each distance as a fraction of that at distance 0; null where it is 0. */
  readonly curves: readonly { readonly name: string; readonly norms: readonly (number | null)[] }[];
}

/** What the server of a log answers. */
export interface NewLines {
  /** Whether the log was replaced, and these lines are its first. */
  readonly isAnew: boolean;
  /** The byte to continue from. */
  readonly next: number;
  /** Whether there is more already. */
  readonly hasMore: boolean;
  readonly course: CourseData;
}
