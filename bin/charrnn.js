#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../build/src/cli.js', import.meta.url);
const isBuilt = existsSync(program);
if (isBuilt) await import(program.href);
else console.error('charrnn: not built yet; run `npm run build`');
if (!isBuilt) process.exitCode = 1;
