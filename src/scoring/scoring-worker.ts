// A worker that scores blocks of lines, one after the other, in the order in which they come.

import { parentPort, workerData } from 'node:worker_threads';
import { alone } from '../parallel/team.js';
import { codePointsOf } from '../text/decode.js';
import { Vocabulary } from '../text/vocabulary.js';
import { DynamicReader, StreamReader } from './dynamic.js';
import type { LineScores, ScoringReport, ScoringRequest, ScoringSettings } from './line-pool.js';
import { ContinuedLines, LINE_BATCH, type LineScorer, SingleLines, STREAM_BATCH, TextReader } from './line-scorer.js';
import { attachReader } from './reader.js';

const settings = workerData as ScoringSettings;
const vocabulary = new Vocabulary(settings.vocabulary);
const scorer = scorerFor(settings);

function scorerFor({ shape, reading, memory, backend }: ScoringSettings): LineScorer {
  if (typeof reading === 'object') {
    return new ContinuedLines(new DynamicReader(reading.checkpoint, reading.options), vocabulary);
  }
  const batch = reading === 'line' ? LINE_BATCH : STREAM_BATCH;
  const { model, worker } = attachReader(shape, batch, backend, alone, memory);
  if (reading === 'line') return new SingleLines(new TextReader(model, worker), undefined, vocabulary);
  model.prepare(worker, undefined);
  return new ContinuedLines(new StreamReader(model, worker, () => model.carry(worker)), vocabulary);
}

function score({ bytes, ends, isTerminated }: ScoringRequest): LineScores {
  const lines = Array.from(ends, (end, i) => codePointsOf(bytes.subarray(ends[i - 1] ?? 0, end), settings.encoding));
  const details = scorer.score(lines, isTerminated);
  const sum = (nats: Float64Array): number => nats.reduce((total, value) => total + (value >= 0 ? value : 0), 0);
  const isUnknown = (codePoint: number): boolean => vocabulary.indexOf(codePoint) < 0;
  return {
    nats: Float64Array.from(details, sum),
    counted: Int32Array.from(details, (nats) => nats.filter((value) => value >= 0).length),
    unknown: Int32Array.from(lines, (line) => line.filter(isUnknown).length),
    details: settings.isDetailed ? details : undefined,
  };
}

const report = (message: ScoringReport): void => parentPort?.postMessage(message);

parentPort?.on('message', (request: ScoringRequest) => {
  try {
    report({ type: 'scored', scores: score(request) });
  } catch (error) {
    report({ type: 'failed', message: String(error) });
  }
});
