// Runs the recipes of docs/cookbook.md on a small scale: every training run is cut to a few steps of a tiny model.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { program } from './cli/program.js';
import { temporaryFolder } from './temporary-folder.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const recipes = readFileSync(join(root, 'docs', 'cookbook.md'), 'utf8')
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.split('\n')[0],
    commands: /```sh\n(.*?)```/s.exec(section)?.[1] ?? '',
    printed: /```text\n(.*?)```/s.exec(section)?.[1] ?? '',
  }));

/** Runs the program without the options that make training long. */
const small = `#!/bin/bash
args=()
if [ "$1" = train ]; then
  while [ $# -gt 0 ]; do
    case "$1" in
      --minutes|--epochs|--hidden|--log-every) shift 2 ;;
      *) args+=("$1"); shift ;;
    esac
  done
  args+=(--steps 20 --log-every 5)
  case "\${args[*]}" in *--init-from*) ;; *) args+=(--hidden 8) ;; esac
else
  args=("$@")
fi
# A second thread would cost more than it gains.
case "$1" in train|eval|score|label|translate) args+=(--threads 1) ;; esac
exec '${process.execPath}' '${program}' "\${args[@]}"
`;

const hasTools = ['bash', 'jq', 'awk', 'xargs'].every((tool) => spawnSync(tool, ['--version']).error === undefined);

describe('the cookbook', function () {
  this.timeout(60_000);
  const { folder, remove } = temporaryFolder();
  before(function () {
    if (!hasTools || process.platform === 'win32') this.skip();
    cpSync(join(root, 'corpora'), join(folder, 'corpora'), { recursive: true });
    mkdirSync(join(folder, 'src'));
    cpSync(join(root, 'src', 'model'), join(folder, 'src', 'model'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'charrnn'), small, { mode: 0o755 });
  });
  after(remove);

  it('has at least a dozen recipes, each with its output', () => {
    assert.ok(recipes.length >= 12);
    for (const { title, commands, printed } of recipes) assert.ok(commands && printed, title);
  });

  for (const { title, commands } of recipes) {
    it(title, () => {
      const env = { ...process.env, NO_COLOR: '1', PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}` };
      const script = `set -eo pipefail\n${commands}`;
      const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, env, encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      assert.ok(stdout.trim() !== '' || /--novel|--above/.test(commands), 'prints nothing');
      assert.doesNotMatch(stderr, /bug|Error/);
    });
  }
});
