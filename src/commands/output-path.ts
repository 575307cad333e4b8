import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../standard-input.js';

/**
 * Where the checkpoint of a training goes: `-` is standard output, and a run that goes on is saved where it came from.
 * @throws CharrnnError usage, where it cannot go there
 */
export function outputPath(
  { output, json }: { readonly output: string; readonly json: boolean },
  given: ReadonlySet<string>,
  resume: string | undefined,
): string {
  if (!given.has('output')) return backTo(resume) ?? output;
  const path = output === '-' ? '/dev/stdout' : output;
  if (json && /^\/dev\/(stdout|fd\/1)$/.test(path)) {
    throw new CharrnnError('--json: standard output takes the checkpoint; leave it out, or give a file as --output', 2);
  }
  return path;
}

function backTo(resume: string | undefined): string | undefined {
  if (isStandardInput(resume)) {
    throw new CharrnnError(`--resume ${resume}: standard input cannot be written back; give an --output`, 2);
  }
  return resume;
}
