import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs a command to its end; the message of a failure contains its standard error. */
function run(folder: string, command: string, ...args: string[]): string {
  // npm is a script on Windows, which only a shell can run.
  const shell = process.platform === 'win32';
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', shell });
}

describe('the package', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  it('installs from its tarball, and the program in docs/library.md compiles with it and runs', function () {
    this.timeout(180_000);
    const [{ filename }] = JSON.parse(
      run(root, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder),
    );
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
    const quick = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    run(folder, 'npm', 'install', ...quick, `./${filename}`);

    const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
    const program = /```ts\n(.*?)```/s.exec(page)?.[1] ?? assert.fail('no program in docs/library.md');
    writeFileSync(join(folder, 'program.ts'), program);
    cpSync(join(root, 'corpora/stories/fables.txt'), join(folder, 'novel.txt'));
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noUnusedLocals'];
    const module = ['--module', 'nodenext', '--target', 'es2023', '--skipLibCheck', 'false'];
    run(
      folder,
      process.execPath,
      join(root, 'node_modules/typescript/bin/tsc'),
      ...strict,
      ...module,
      ...types,
      'program.ts',
    );

    const lines = run(folder, process.execPath, 'program.js').trimEnd().split('\n');
    assert.match(lines[0], /^step 50: \d\.\d\d nats$/);
    assert.equal(lines[4], 'completed; a default model has 128 hidden units, this one 64');
    assert.equal([...JSON.parse(lines[5])].length, 60);
    assert.match(lines[6], /^[345]\.\d{3} bits per character$/);
    assert.ok(lines[7].endsWith(' an ordinary line') && lines[8].endsWith(' qqqq zzzz 0101'));
    assert.ok(Number.parseFloat(lines[7]) < Number.parseFloat(lines[8]), 'the strange line costs more');
    assert.deepEqual(lines.slice(9), ['true', '2 hidden 0: must be from 1 to 16384']);
  });

  it('has a library for a browser; the program in docs/browser.md compiles with it, without the types of Node', () => {
    const page = readFileSync(join(root, 'docs/browser.md'), 'utf8');
    const program = /```ts\n(.*?)```/s.exec(page)?.[1] ?? assert.fail('no program in docs/browser.md');
    writeFileSync(join(folder, 'page.ts'), `${program}export { url };\n`);
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const strict = [
      '--strict',
      '--noUncheckedIndexedAccess',
      '--exactOptionalPropertyTypes',
      '--skipLibCheck',
      'false',
    ];
    const module = ['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2023', '--noEmit'];
    const lib = ['--lib', 'es2023,dom,dom.iterable,dom.asynciterable', '--types', ''];
    run(folder, process.execPath, compiler, ...strict, ...module, ...lib, 'page.ts');
  });

  it('installs the command', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.equal(run(folder, process.execPath, 'node_modules/charrnn/bin/charrnn.js', '--version'), `${version}\n`);
  });
});
