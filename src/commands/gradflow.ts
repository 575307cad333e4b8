import { loadCheckpoint } from '../checkpoint/read.js';
import { isCheckpoint } from '../checkpoint/target.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError, line, option } from '../errors.js';
import { writeWhole } from '../files/atomic-write.js';
import { jsonLine, shownName } from '../format.js';
import { checkLayer, measureFlows, type NamedFlow } from '../inspection/flow-models.js';
import { gradientFlowOptions as table } from '../options/gradient-flow-options.js';
import { cells } from '../options/training-options.js';
import { isUnicode } from '../terminal/capabilities.js';
import { chartLines } from '../terminal/chart.js';
import { noticeLine } from '../terminal/event-lines.js';
import { flowAxes, flowCurves, gradientFlowLines } from '../terminal/gradient-flow-report.js';
import { say } from '../terminal/messages.js';
import { columns, write, writeLines } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { chartSvg } from '../terminal/svg.js';
import type { Handler } from './command.js';
import { spelledText } from './spelling.js';
import { valuesOf } from './values.js';

/** Options that a checkpoint determines. */
const shapeOptions = ['cell', 'layers', 'hidden'];

export const gradflow: Handler = async ({ words, typed }) => {
  const { json, svg, layer, ...options } = valuesOf(table, typed);
  if (json && svg === '-') throw new CharrnnError('--svg -: standard output is for --json; give a file', 2);
  if (svg !== undefined && words.file.includes(svg) && svg !== '-') {
    throw new CharrnnError(`--svg ${svg}: is one of the files to read; give another file`, 2);
  }
  exitOnInterrupt();
  const checkpoints = [];
  const corpus: string[] = [];
  for (const path of words.file) {
    if (!(await isCheckpoint(path))) {
      corpus.push(path);
      continue;
    }
    const checkpoint = await loadCheckpoint(path, 'record');
    requireTask(checkpoint, ['text'], path);
    checkpoints.push({ name: shownName(path), checkpoint });
  }
  const conflict = checkpoints.length > 0 && shapeOptions.find((key) => key in typed);
  if (conflict) {
    throw new CharrnnError(line`${option(conflict)}: ${checkpoints[0].name} determines the shape; leave it out`, 2);
  }
  const initial = (options.cell ? [options.cell] : cells).map((name) => ({ name, layers: options.layers }));
  const models = checkpoints.map(({ name, checkpoint }) => ({ name, layers: checkpoint.model.layers }));
  checkLayer(layer, models.length > 0 ? models : initial);

  const flows: NamedFlow[] = [];
  const task = new Task();
  try {
    const request = {
      ...{ ...options, checkpoints, corpus },
      onNotice: (message: Parameters<typeof spelledText>[0]): void => say(noticeLine(spelledText(message))),
      onProgress: (name: string, share: number): void => task.show(`${name}: ${Math.floor(100 * share)}%`),
    };
    for await (const flow of measureFlows(request)) flows.push(flow);
  } finally {
    task.close();
  }
  const curves = flowCurves(flows, layer);
  const axes = flowAxes(flows[0]);
  if (svg !== undefined && curves.length === 0) throw new CharrnnError('--svg: no gradient to draw: all are zero');
  const picture = svg === undefined ? '' : chartSvg('How far the past is heard', curves, axes);
  if (svg !== undefined && svg !== '-') await writeWhole(svg, [picture]);
  if (svg === '-') await write(picture);
  else if (json) await writeLines([jsonLine({ flows })]);
  else {
    const style = { width: columns(), unicode: isUnicode() };
    const chart = curves.length > 0 ? [...chartLines(curves, style, axes), ''] : [];
    await writeLines([...chart, ...gradientFlowLines(flows)]);
  }
  return 0;
};
