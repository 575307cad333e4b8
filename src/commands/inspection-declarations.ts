// The commands that look inside a model.

import { gradientFlowOptions } from '../options/gradient-flow-options.js';
import { gradcheckOptions, inspectOptions } from '../options/measuring-options.js';
import { neuronOptions } from '../options/neuron-options.js';
import { pageOptions } from '../options/page-options.js';
import { reportOptions } from '../options/report-options.js';
import type { Declaration } from './command.js';

export const inspect: Declaration = {
  name: 'inspect',
  describe: 'show what is in a checkpoint, or compare checkpoints and logs',
  arguments: [
    {
      name: 'checkpoint',
      describe: 'checkpoint files, logs of training runs, or - for standard input',
      is: 'json',
      repeated: true,
    },
  ],
  options: inspectOptions,
  examples: [
    ['charrnn inspect model.json', 'model, vocabulary, parameters, training'],
    ['charrnn inspect model.json --history', 'also a chart of the losses'],
    ['charrnn inspect model.json --svg losses.svg', 'also an SVG chart of the losses'],
    ['charrnn inspect model.json --json | jq .training.best', 'for another program'],
    ['charrnn inspect small.json large.json run.jsonl', 'a table with a column for each'],
  ],
  load: async () => (await import('./inspect.js')).inspect,
};

export const neurons: Declaration = {
  name: 'neurons',
  describe: 'find out what single units of a model follow in a text',
  arguments: [
    { name: 'checkpoint', describe: 'a checkpoint file, or - for standard input', is: 'json' },
    { name: 'text', describe: 'files, folders, globs, or - for standard input, as one text', is: '', repeated: true },
  ],
  options: neuronOptions,
  examples: [
    ['charrnn neurons model.json novel.txt', 'the unit that follows each property of the text best'],
    ['charrnn neurons model.json src --property comments --top 5', 'the five best for one property'],
    ["charrnn neurons model.json novel.txt --regex '[0-9]{4}'", 'a property of your own'],
    ['charrnn neurons model.json novel.txt --unit 0:c:17', 'where one unit is high and low'],
    ['charrnn neurons model.json novel.txt --values states.npy', 'all values, for another program'],
  ],
  load: async () => (await import('./neurons.js')).neurons,
};

export const report: Declaration = {
  name: 'report',
  describe: 'write a page to look at: training runs, a text and its surprises, units, characters, samples',
  arguments: [
    {
      name: 'checkpoint',
      describe: 'checkpoint files, or - for standard input',
      is: 'json',
      optional: true,
      repeated: true,
    },
  ],
  options: reportOptions,
  examples: [
    ['charrnn report model.json', 'report.html, which opens in any browser'],
    ['charrnn report model.json --text new.txt --log run.jsonl', 'with a text to read and the log of the run'],
    ['charrnn report model.json --text novel.txt --split validation', 'with the text that training held out'],
    ['charrnn report small.json large.json -o both.html', 'two runs side by side'],
    ['charrnn report --watch run.jsonl', 'a page in the browser that follows a run while it lasts'],
  ],
  load: async () => (await import('./report.js')).report,
};

export const page: Declaration = {
  name: 'page',
  describe: 'write a page in one file in which a model writes, for any browser',
  arguments: [{ name: 'checkpoint', describe: 'a checkpoint file, or - for standard input', is: 'json' }],
  options: pageOptions,
  examples: [
    ['charrnn page model.json', 'play.html, to open or to send to a friend'],
    ['charrnn page model.json --title "My novel" --prime "Once upon" -o novel.html', 'with a beginning of your own'],
    ['charrnn page model.json --precision half', 'half the size'],
    ['charrnn page model.json --precision half --text novel.txt --split validation', 'with what that costs'],
  ],
  load: async () => (await import('./page.js')).page,
};

export const gradcheck: Declaration = {
  name: 'gradcheck',
  describe: 'check the gradients against numeric ones; exit 1 on a mismatch',
  arguments: [
    { name: 'checkpoint', describe: 'check with these weights instead of random ones', is: 'json', optional: true },
  ],
  options: gradcheckOptions,
  examples: [
    ['charrnn gradcheck', 'all three cells'],
    ['charrnn gradcheck --cell gru --layers 3', 'one cell, deeper'],
    ['charrnn gradcheck model.json --json', 'a trained model, the result as JSON'],
  ],
  load: async () => (await import('./gradcheck.js')).gradcheck,
};

export const gradflow: Declaration = {
  name: 'gradflow',
  describe: 'measure how far back in the text the gradient of a loss reaches',
  arguments: [
    {
      name: 'file',
      describe: 'checkpoints to compare, and texts to read: files, folders, globs, or - for standard input',
      is: '',
      optional: true,
      repeated: true,
    },
  ],
  options: gradientFlowOptions,
  examples: [
    ['charrnn gradflow', 'the three cells as training would begin with them'],
    ['charrnn gradflow novel.txt --cell lstm --hidden 256', 'one of them, larger, on a text of your own'],
    ['charrnn gradflow model.json novel.txt', 'a trained model'],
    ['charrnn gradflow rnn.json lstm.json novel.txt --svg flow.svg', 'several models in one chart'],
    ['charrnn gradflow model.json novel.txt --distance 500 --json', 'further back, for another program'],
  ],
  load: async () => (await import('./gradflow.js')).gradflow,
};
