import { randomBytes, timingSafeEqual } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CharrnnError, line, option } from '../errors.js';
import { absentOr } from '../files/paths.js';
import { codeOf, userError } from '../files/system-errors.js';
import type { LogLine } from '../training/log.js';
import { courseOfLog } from './course.js';
import { namesOf, reportPage } from './report.js';
import type { NewLines, ReportData } from './report-data.js';

/** Milliseconds between two requests of the page. */
const EVERY = 1000;
/** Bytes of the log that an answer reads; the page asks for the rest. */
const MOST_BYTES = 2 ** 22;
const LINE_FEED = 0x0a;

/** A page that follows a log, for the browser of this machine. */
export interface Watch {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves a page that follows the log of a run. It can be reached only from this machine, and only by who knows its
 * address, which has a random part; it serves itself and the new lines of that log, nothing else. The log need not exist
 * yet.
 * @param port 0 for any free one
 * @throws CharrnnError if the port is taken, or the log cannot be read
 */
export async function watchLog(path: string, port: number): Promise<Watch> {
  await newLines(path, 0);
  const token = randomBytes(16).toString('hex');
  const page = Buffer.from([...(await reportPage(emptyReport(path)))].join(''));
  const server = createServer((request, response) => {
    answer(request, { token, page, path, port: portOf(server) }).then(
      ({ status, type, body }) => respond(response, status, type, body, request.method === 'HEAD'),
      () => respond(response, 500, 'text/plain', 'the log cannot be read\n', false),
    );
  });
  await listen(server, port);
  return {
    address: `http://127.0.0.1:${portOf(server)}/${token}/`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function emptyReport(path: string): ReportData {
  const [name] = namesOf([path]);
  const course = courseOfLog([], null, path);
  const nothing = {
    card: null,
    map: null,
    samples: [],
    surprise: null,
    units: null,
    saturation: [],
    gradientFlow: null,
  };
  return { runs: [{ name, course, ...nothing }], options: [], text: null, watch: { every: EVERY } };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const isTaken = codeOf(error) === 'EADDRINUSE';
      const fault = isTaken ? 'another program uses it' : 'this user may not use it';
      reject(new CharrnnError(line`${option('port')} ${port}: ${fault}; give another port, or 0 for any free one`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

interface Site {
  readonly token: string;
  readonly page: Buffer;
  readonly path: string;
  readonly port: number;
}

const refusal = (status: number, body: string): Answer => ({ status, type: 'text/plain', body: `${body}\n` });

/** Answers requests for the page and for new lines. A page of another site knows neither the token nor the host. */
async function answer({ method, url = '', headers }: IncomingMessage, site: Site): Promise<Answer> {
  const hosts = [`127.0.0.1:${site.port}`, `localhost:${site.port}`];
  if (!hosts.includes(headers.host ?? '')) return refusal(403, 'this host name is not served');
  if (method !== 'GET' && method !== 'HEAD') return refusal(405, 'only GET is served');
  const [, token, rest] = /^\/([^/?]*)\/([^/]*)$/.exec(url) ?? [];
  if (token === undefined || !isSame(token, site.token)) return refusal(404, 'not found');
  if (rest === '') return { status: 200, type: 'text/html; charset=utf-8', body: site.page };
  const [, from] = /^lines\?from=(\d{1,15})$/.exec(rest) ?? [];
  if (from === undefined) return refusal(404, 'not found');
  const body = JSON.stringify(await newLines(site.path, Number(from)));
  return { status: 200, type: 'application/json; charset=utf-8', body };
}

/** Compares in a time that does not tell how much of the token is right. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => Buffer.from(text));
  return a.length === b.length && timingSafeEqual(a, b);
}

function respond(response: ServerResponse, status: number, type: string, body: string | Buffer, isHead: boolean): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': "frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(isHead ? undefined : body);
}

/**
 * Reads the whole lines of a log from a byte on. A log that is shorter than that was replaced, and is read from its
 * start; one that does not exist yet has no lines.
 * @throws CharrnnError when it cannot be read
 */
export async function newLines(path: string, from: number): Promise<NewLines> {
  try {
    const file = await absentOr(open(path, 'r'));
    if (!file) return { isAnew: from > 0, next: 0, hasMore: false, course: courseOfLog([], null, path) };
    try {
      const { size } = await file.stat();
      const start = from > size ? 0 : from;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(MOST_BYTES, size - start)), 0, null, start);
      const end = buffer.lastIndexOf(LINE_FEED, bytesRead - 1) + 1;
      const lines = buffer.toString('utf8', 0, end).split('\n').flatMap(lineIn);
      const course = courseOfLog(lines, null, path, Number.POSITIVE_INFINITY);
      const hasMore = end > 0 && start + bytesRead < size;
      return { isAnew: start < from, next: start + end, hasMore, course };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw userError(path, error);
  }
}

/** A line of a log; none where it is something else, such as a line that a killed run left unfinished. */
function lineIn(text: string): LogLine[] {
  try {
    const value: LogLine | null = JSON.parse(text);
    return typeof value?.step === 'number' && typeof value.loss === 'number' ? [value] : [];
  } catch {
    return [];
  }
}
