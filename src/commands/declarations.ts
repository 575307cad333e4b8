import { compressionOptions, decompressionOptions } from '../options/compression-options.js';
import { exportOptions, importOptions } from '../options/exchange-options.js';
import { evaluationOptions, labelOptions, scoringOptions } from '../options/measuring-options.js';
import { pictureOptions } from '../options/picture-options.js';
import { samplingOptions } from '../options/sampling-options.js';
import { taskFileOptions, taskOptions } from '../options/task-options.js';
import {
  beginningOptions,
  machineOptions,
  rankOptions,
  trainingOptions,
  trainOutputOptions,
} from '../options/training-options.js';
import { translationOptions } from '../options/translation-options.js';
import type { Declaration } from './command.js';
import { gradcheck, gradflow, inspect, neurons, page, report } from './inspection-declarations.js';

/** Shells with a completion script. */
export const shells = ['bash', 'zsh', 'fish'] as const;

const train: Declaration = {
  name: 'train',
  describe: 'train a model on text, or on examples, and save it as a checkpoint',
  arguments: [
    { name: 'corpus', describe: 'files, folders, globs in quotes, or - for standard input', is: '', repeated: true },
  ],
  options: {
    ...beginningOptions,
    ...taskOptions,
    ...taskFileOptions,
    ...trainingOptions,
    ...machineOptions,
    ...rankOptions,
    ...trainOutputOptions,
  },
  examples: [
    ['charrnn train novel.txt', 'train on one file'],
    ['charrnn train "stories/**/*.txt" -o stories.json', 'train on many files'],
    ['charrnn train novel.txt --minutes 10 --hidden 256', 'a larger model, ten minutes'],
    ['curl -s example.org/novel.txt | charrnn train -', 'train on the output of another program'],
    ['charrnn train novel.txt --resume model.json', 'continue an interrupted training run'],
    ['charrnn train poems.txt --init-from model.json', 'start from the weights of another run'],
    ['charrnn train names.tsv --task label', 'which label a text gets, from lines with a tab'],
    ['charrnn train sums.tsv --task translate', 'which text a text becomes'],
    ['charrnn train novel.txt --hidden 512 --dry-run', 'how much memory and time it would take'],
    ['charrnn train --hidden 256 --print-config > my.json', 'options in a file, for --config my.json'],
    ['charrnn train novel.txt --log run.jsonl', 'the progress of training, for a plot'],
    ['charrnn train novel.txt --json > events.jsonl', 'events for another program'],
  ],
  isSharedByRanks: true,
  load: async () => (await import('./train.js')).train,
};

const sample: Declaration = {
  name: 'sample',
  describe: 'write text as a trained model would',
  arguments: [{ name: 'checkpoint', describe: 'a checkpoint file, or - for standard input', is: 'json' }],
  options: samplingOptions,
  examples: [
    ['charrnn sample model.json', 'a thousand characters'],
    ['charrnn sample model.json -n 200 -t 0.7', 'fewer, and less random'],
    ['charrnn sample model.json --prime "Once upon"', 'continue a text'],
    ['charrnn sample model.json --prime="-- Hm"', 'a text that begins with a dash'],
    ['charrnn sample model.json --seed 7', 'the same text every time'],
    ['charrnn sample names.json --lines 1 --count 20 --unique --novel names.txt', 'twenty new names'],
  ],
  load: async () => (await import('./sample.js')).sample,
};

const evaluate: Declaration = {
  name: 'eval',
  describe: 'measure a model on text, or on examples of its task',
  arguments: [
    { name: 'checkpoint', describe: 'a checkpoint file, or - for standard input', is: 'json' },
    { name: 'corpus', describe: 'files, folders, globs, or - for standard input', is: '', repeated: true },
  ],
  options: evaluationOptions,
  examples: [
    ['charrnn eval model.json new.txt', 'nats, bits and perplexity per character'],
    ['charrnn eval model.json novel.txt --split validation', 'as training measured it'],
    ['charrnn eval model.json novel.txt --split validation --dynamic', 'also with a model that learns as it reads'],
    ['charrnn eval model.json novel.txt --window 256', 'reset the state every 256 characters'],
  ],
  isSharedByRanks: true,
  load: async () => (await import('./eval.js')).evaluate,
};

const score: Declaration = {
  name: 'score',
  describe: 'score how surprising each line of a text is, in bits per character',
  arguments: [
    { name: 'checkpoint', describe: 'checkpoint file, unless --model names it', is: 'json', optional: true },
    { name: 'file', describe: 'text to score; standard input if not given', is: '', optional: true, repeated: true },
  ],
  options: scoringOptions,
  examples: [
    ['charrnn score model.json < app.log', 'bits per character, a tab, the line'],
    ['charrnn score model.json app.log --top 20', 'the twenty strangest lines'],
    ['charrnn score --model en.json --model de.json letters.txt', 'which model fits each line best'],
    ['tail -f app.log | charrnn score model.json --above 4', 'strange lines as they arrive'],
  ],
  isSharedByRanks: true,
  load: async () => (await import('./score.js')).score,
};

const translate: Declaration = {
  name: 'translate',
  describe: 'translate each line of a text, with a model trained to',
  arguments: [
    { name: 'checkpoint', describe: 'a checkpoint file, or - for standard input', is: 'json' },
    {
      name: 'file',
      describe: 'lines to translate; standard input if not given',
      is: '',
      optional: true,
      repeated: true,
    },
  ],
  options: translationOptions,
  examples: [
    ['charrnn translate sums.json < sums.txt', 'a line for each line'],
    ['charrnn translate dates.json dates.txt --beam 8', 'search for likelier answers'],
    ['echo 12+34 | charrnn translate sums.json --json', 'with the probability, for another program'],
  ],
  load: async () => (await import('./translate.js')).translate,
};

const label: Declaration = {
  name: 'label',
  describe: 'label each line of a text',
  arguments: [
    { name: 'checkpoint', describe: 'a checkpoint of the task label, or - for standard input', is: 'json' },
    { name: 'file', describe: 'text to label; standard input if not given', is: '', optional: true, repeated: true },
  ],
  options: labelOptions,
  examples: [
    ['charrnn label model.json < names.txt', 'label, probability and line, with tabs between them'],
    ['charrnn label model.json names.txt --top 3', 'the three most probable labels'],
    ['charrnn label model.json names.txt --threshold 0.9', '"unsure" where the model is'],
    ['tail -f app.log | charrnn label model.json --json', 'each line as it arrives, for another program'],
  ],
  load: async () => (await import('./label.js')).label,
};

const compress: Declaration = {
  name: 'compress',
  describe: 'compress any file by what a model predicts',
  arguments: [
    { name: 'checkpoint', describe: 'a checkpoint file, or - for standard input', is: 'json' },
    { name: 'file', describe: 'file to compress; standard input if not given', is: '', optional: true },
  ],
  options: compressionOptions,
  examples: [
    ['charrnn compress model.json novel.txt -o novel.crnn', 'a small file, which needs the model to be read'],
    ['charrnn compress model.json novel.txt --dynamic > novel.crnn', 'smaller, by a model that learns as it reads'],
  ],
  load: async () => (await import('./compress.js')).compress,
};

const decompress: Declaration = {
  name: 'decompress',
  describe: 'restore a file that compress made',
  arguments: [
    { name: 'checkpoint', describe: 'the checkpoint that it was compressed with', is: 'json' },
    { name: 'file', describe: 'file to restore; standard input if not given', is: '', optional: true },
  ],
  options: decompressionOptions,
  examples: [['charrnn decompress model.json novel.crnn > novel.txt', 'exactly the bytes that were compressed']],
  load: async () => (await import('./compress.js')).decompress,
};

const exportModel: Declaration = {
  name: 'export',
  describe: 'write a model for PyTorch and other programs',
  arguments: [{ name: 'checkpoint', describe: 'a checkpoint file, or - for standard input', is: 'json' }],
  options: exportOptions,
  examples: [
    ['charrnn export model.json -o model.safetensors', 'weights in the layout of PyTorch'],
    ['charrnn export model.json -o model.onnx', 'a network for onnxruntime'],
  ],
  load: async () => (await import('./export.js')).exportModel,
};

const importModel: Declaration = {
  name: 'import',
  describe: 'make a checkpoint of weights from PyTorch',
  arguments: [{ name: 'file', describe: 'weights in the format safetensors', is: 'safetensors' }],
  options: importOptions,
  examples: [
    ['charrnn import model.safetensors -o model.json', 'what charrnn export wrote'],
    ['charrnn import lstm.safetensors --vocabulary chars.json -o lstm.json', 'from somewhere else'],
  ],
  load: async () => (await import('./import.js')).importModel,
};

const vectors: Declaration = {
  name: 'vectors',
  describe: 'turn images into vectors, by a convolutional network',
  arguments: [{ name: 'image', describe: 'files, folders, or globs in quotes', is: '', repeated: true }],
  options: pictureOptions,
  examples: [
    ['charrnn vectors photos --network resnet50.onnx', 'a vector for each image, in images.npy'],
    ['charrnn vectors "photos/*.jpg" --network vgg.onnx -o photos.npy > photos.tsv', 'also a list of the images'],
    ['charrnn vectors photos --network vgg.onnx --layer fc6', 'another layer of the network'],
    ['charrnn vectors a.png --network net.onnx --mean 0 --std 1', 'for a network that takes numbers from 0 to 1'],
  ],
  load: async () => (await import('./vectors.js')).vectors,
};

const completion: Declaration = {
  name: 'completion',
  describe: 'print a script that completes commands and options',
  arguments: [{ name: 'shell', describe: 'bash, zsh or fish', is: shells }],
  options: {},
  examples: [
    ['eval "$(charrnn completion bash)"', 'a line for ~/.bashrc'],
    ['eval "$(charrnn completion zsh)"', 'a line for ~/.zshrc'],
    ['charrnn completion fish | source', 'a line for ~/.config/fish/config.fish'],
  ],
  load: async () => (await import('./completion.js')).completion,
};

/** All commands, in the order of the help. A new command needs a declaration and a handler. */
export const declarations: readonly Declaration[] = [
  train,
  sample,
  evaluate,
  score,
  label,
  translate,
  inspect,
  neurons,
  report,
  page,
  compress,
  decompress,
  exportModel,
  importModel,
  vectors,
  gradcheck,
  gradflow,
  completion,
];
