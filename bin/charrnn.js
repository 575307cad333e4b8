#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../build/src/cli.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else process.exitCode = console.error('charrnn: not built yet; run `npm run build` first') ?? 1;
