// A text model in the formats of other programs.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { requireTask } from '../checkpoint/tasks.js';
import type { ExchangeFormat } from '../options/exchange-options.js';
import { kebab } from '../options/option.js';
import { trainingValues } from '../options/training-options.js';
import { onnxModel } from './onnx-model.js';
import { pytorchTensors } from './pytorch-layout.js';
import { safetensorsOf } from './safetensors.js';
import { symbolList } from './symbol-order.js';

/**
 * Yields the bytes of a file.
 * @throws CharrnnError for a model of a task
 */
export async function* exportedModel(checkpoint: Checkpoint, format: ExchangeFormat): AsyncGenerator<Uint8Array> {
  requireTask(checkpoint, ['text']);
  const { model, parameters } = checkpoint;
  const metadata = metadataOf(checkpoint);
  if (format === 'onnx') yield onnxModel(model, parameters, metadata);
  else yield* safetensorsOf(pytorchTensors(model, parameters), metadata);
}

/** What the weights do not say, as strings: the symbols in the order of their rows, and the options of training. */
function metadataOf({ model, vocabulary, training }: Checkpoint): Record<string, string> {
  const { cell, layers, hidden } = model;
  const options = training && Object.entries(trainingValues(training.config)).map(([key, own]) => [kebab(key), own]);
  return {
    ...{ format: 'pt', producer: 'charrnn', cell, layers: String(layers), hidden: String(hidden) },
    vocabulary: JSON.stringify(symbolList(vocabulary)),
    ...(options && { options: JSON.stringify(Object.fromEntries(options)) }),
  };
}
