// What is made once and known to all threads.

import { getEnvironmentData, type Serializable, setEnvironmentData } from 'node:worker_threads';

/** What another thread receives as it is, or as a copy. */
type Sendable = string | number | object;

/** Returns what `make` returned in this thread or in one that started it. */
export function shared<T extends Sendable>(name: string, make: () => T): T {
  const key = `charrnn ${name}`;
  const known = getEnvironmentData(key) as unknown as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  setEnvironmentData(key, made as unknown as Serializable);
  return made;
}
