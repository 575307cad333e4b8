// A text model from the formats of other programs.

import { readFile } from 'node:fs/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { userError } from '../files/system-errors.js';
import { shownName } from '../format.js';
import { findModel, importedParameters } from './imported-weights.js';
import { readSafetensors } from './safetensors.js';
import { type SymbolOrder, symbolOrder } from './symbol-order.js';

/**
 * Reads a model in the format safetensors, in the layout of PyTorch.
 * @param vocabularyFile a JSON list of its symbols; if not given, the metadata must have one
 * @throws CharrnnError
 */
export async function importedModel(path: string, vocabularyFile?: string): Promise<Checkpoint> {
  const { tensors, metadata } = await readSafetensors(path);
  try {
    const found = findModel(tensors);
    const order = await orderOf(path, metadata.vocabulary, vocabularyFile, found.shape.vocabulary);
    const parameters = await importedParameters(found, order);
    return { model: found.shape, vocabulary: order.vocabulary, parameters };
  } catch (error) {
    throw userError(shownName(path), error);
  }
}

async function orderOf(
  path: string,
  own: string | undefined,
  file: string | undefined,
  size: number,
): Promise<SymbolOrder> {
  if (file !== undefined) {
    try {
      return symbolOrder(await readFile(file, 'utf8'), size);
    } catch (error) {
      throw userError(shownName(file), error);
    }
  }
  if (own !== undefined) return symbolOrder(own, size);
  const remedy = line`give ${option('vocabulary')} with a JSON list of its characters`;
  throw new CharrnnError(line`${shownName(path)}: has no vocabulary in its metadata; ${remedy}`, 2);
}
