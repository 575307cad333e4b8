// Runs the recipes of docs/cookbook.md, one after another in a temporary folder, and writes the output of each below
// it. Needs a build, bash, jq, and some minutes.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'docs/cookbook.md');
const folder = mkdtempSync(join(tmpdir(), 'charrnn-cookbook-'));
for (const name of ['corpora', 'src']) cpSync(join(root, name), join(folder, name), { recursive: true });
mkdirSync(join(folder, 'bin'));
symlinkSync(join(root, 'bin/charrnn.js'), join(folder, 'bin/charrnn'));
const env = { ...process.env, NO_COLOR: '1', PATH: join(folder, 'bin') + delimiter + process.env.PATH };

const text = readFileSync(page, 'utf8').replace(/```sh\n(.*?)```\n(\n```text\n.*?```\n)?/gs, (_, commands) => {
  const script = `set -eo pipefail\n${commands}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, env, encoding: 'utf8' });
  process.stderr.write(stderr);
  if (status !== 0) throw new Error(`exit code ${status} of:\n${commands}`);
  return `\`\`\`sh\n${commands}\`\`\`\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\`\n`;
});
writeFileSync(page, text);
rmSync(folder, { recursive: true });
