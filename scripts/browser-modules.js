// How modules are bundled for a browser: a file `browser-<name>` next to `<name>` takes its place, and the kernels are
// part of the bundle.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The file that takes the place of another one in a browser: itself if there is none. */
export function inBrowser(path) {
  const other = join(dirname(path), `browser-${basename(path)}`);
  return existsSync(other) ? other : path;
}

/** Replaces modules in a bundle. */
export const browserModules = {
  name: 'browser-modules',
  async resolveId(source, importer) {
    if (importer === undefined || !source.startsWith('.')) return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    if (!found) return null;
    const other = inBrowser(found.id);
    // What takes the place of a file may import that file's types only; it is never replaced by itself.
    return other === found.id || other === importer ? found : { ...found, id: other };
  },
};

/**
 * The constants of a bundle: the kernels in base64, and the one byte in which those for shared memory differ, the flags
 * of the memory that they import.
 */
export function kernelBytes() {
  const own = readFileSync('build/src/kernels/browser-kernels.wasm');
  const shared = readFileSync('build/src/kernels/kernels.wasm');
  const different = [...own.keys()].filter((i) => own[i] !== shared[i]);
  if (own.length !== shared.length || different.length !== 1) throw new Error('the kernels differ in more than a byte');
  const [at] = different;
  return { KERNELS: JSON.stringify(own.toString('base64')), SHARED: JSON.stringify({ at, value: shared[at] }) };
}
