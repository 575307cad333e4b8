// The symbols of a model as other programs list them: in the order of its rows, while ours are sorted.

import { Fault } from '../files/system-errors.js';
import { formatCharacter, formatCount, visible } from '../format.js';
import { Vocabulary, type VocabularyRecord } from '../text/vocabulary.js';

/** What the unknown symbol is called in a list. */
const UNKNOWN = '<unk>';

export interface SymbolOrder {
  readonly vocabulary: VocabularyRecord;
  /** The row, in the other program, of each of our symbols. */
  readonly theirs: readonly number[];
}

/** The symbols of a vocabulary in our order, as `symbolOrder` reads them. */
export const symbolList = (record: VocabularyRecord): string[] => {
  const vocabulary = new Vocabulary(record);
  return Array.from({ length: vocabulary.size }, (_, i) =>
    record.unknown && i === 0 ? UNKNOWN : vocabulary.characterOf(i),
  );
};

/**
 * Reads a list of symbols, or an object of symbol → row. One of them may be longer than a character, such as `<unk>`: it
 * becomes the unknown symbol.
 * @param size symbols of the model (V)
 * @throws Fault
 */
export function symbolOrder(json: string, size: number): SymbolOrder {
  const symbols = listIn(json);
  if (symbols.length !== size) {
    const fault = `has ${formatCount(symbols.length)} symbols, the model ${formatCount(size)}`;
    throw new Fault(`the vocabulary ${fault}; give one for each row`);
  }
  const isCharacter = (symbol: string): boolean => Array.from(symbol).length === 1 && !/\p{Cs}/u.test(symbol);
  const others = symbols.filter((symbol) => !isCharacter(symbol));
  if (others.length > 1) {
    const [first, second] = others.map((symbol) => visible(JSON.stringify(symbol)));
    throw new Fault(
      `the vocabulary has ${first} and ${second}; only one symbol may be other than a character, the unknown one`,
    );
  }
  const unknown = symbols.findIndex((symbol) => !isCharacter(symbol));
  const rows = symbols
    .map((symbol, row) => ({ codePoint: symbol.codePointAt(0) ?? 0, row }))
    .filter(({ row }) => row !== unknown)
    .sort((a, b) => a.codePoint - b.codePoint);
  const twice = rows.find(({ codePoint }, i) => codePoint === rows[i - 1]?.codePoint);
  if (twice)
    throw new Fault(`the vocabulary has ${formatCharacter(twice.codePoint)} twice; each symbol must occur once`);
  return {
    vocabulary: { codePoints: rows.map(({ codePoint }) => codePoint), unknown: unknown >= 0 },
    theirs: [...(unknown >= 0 ? [unknown] : []), ...rows.map(({ row }) => row)],
  };
}

function listIn(json: string): string[] {
  const remedy = 'give a JSON list of characters in the order of their rows, or an object of character and row';
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new Fault(`the vocabulary is not JSON; ${remedy}`);
  }
  if (Array.isArray(value) && value.every((symbol) => typeof symbol === 'string')) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Fault(`the vocabulary is not a list of characters; ${remedy}`);
  }
  const entries: [string, unknown][] = Object.entries(value);
  const symbols: string[] = [];
  for (const [symbol, row] of entries) {
    if (typeof row !== 'number' || !Number.isInteger(row) || row < 0 || row >= entries.length || row in symbols) {
      const shown = visible(JSON.stringify(row) ?? 'nothing');
      throw new Fault(
        `the vocabulary gives ${visible(JSON.stringify(symbol))} the row ${shown}; each row from 0 must occur once`,
      );
    }
    symbols[row] = symbol;
  }
  return symbols;
}
