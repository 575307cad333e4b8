import type { Command, Entry } from './command.js';

const entry = (command: string, describe: string, load: () => Promise<Command>): Entry => ({
  ...{ name: command.split(' ')[0], command, describe, load },
});

/** Every command, in the order of the help. A new one is a module and a line here. */
export const registry: readonly Entry[] = [
  entry('train <corpus..>', 'train a model on text, and save it as a checkpoint', async () => {
    return (await import('./train.js')).train;
  }),
  entry('sample <checkpoint>', 'write text as a trained model would', async () => {
    return (await import('./sample.js')).sample;
  }),
  entry(
    'eval <checkpoint> <corpus..>',
    'measure a model on text: nats, bits and perplexity per character',
    async () => {
      return (await import('./eval.js')).evaluate;
    },
  ),
  entry('score [checkpoint] [file..]', 'say how surprising each line of a text is: bits per character', async () => {
    return (await import('./score.js')).score;
  }),
  entry('inspect <checkpoint>', 'tell what is in a checkpoint', async () => {
    return (await import('./inspect.js')).inspect;
  }),
  entry('gradcheck [checkpoint]', 'check the gradients against numeric ones; exit 1 on a mismatch', async () => {
    return (await import('./gradcheck.js')).gradcheck;
  }),
  entry('completion <shell>', 'print a script that completes commands and options', async () => {
    return (await import('./completion.js')).completion;
  }),
];
