// Prepares a fresh clone: checks the Node version, and installs the locked packages if they are missing or older than
// the lock file. Runs before any package is installed, so it uses none.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const OLDEST = [20, 19];

/** Whether a version such as 22.3.1 is at least OLDEST. */
function isSupported(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** npm writes the second lock file after each install; it is older than the first if that has changed since. */
function isInstalled() {
  const lock = new URL('package-lock.json', root);
  const installed = new URL('node_modules/.package-lock.json', root);
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs;
}

if (!isSupported(process.versions.node)) {
  console.error(
    `charrnn needs Node.js ${OLDEST.join('.')} or newer; this is ${process.versions.node} (${process.execPath})`,
  );
  process.exit(1);
}
if (!isInstalled()) {
  // Windows can start npm.cmd only in a shell.
  const { status, error } = spawnSync('npm ci --no-audit --no-fund', {
    cwd: fileURLToPath(root),
    shell: true,
    stdio: 'inherit',
  });
  if (error) console.error(`npm ci: ${error.message}`);
  process.exit(status ?? 1);
}
