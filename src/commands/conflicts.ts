import { CharrnnError } from '../errors.js';

/** An option, and others that mean nothing beside it. */
export type Conflicts = Readonly<Record<string, readonly string[]>>;

/** @throws CharrnnError usage, when two options are given that do not go together */
export function refuseConflicts(conflicts: Conflicts, given: ReadonlySet<string>): void {
  for (const [name, others] of Object.entries(conflicts)) {
    const other = given.has(name) ? others.find((other) => given.has(other)) : undefined;
    if (other !== undefined) {
      throw new CharrnnError(`--${other}: does not go with --${name}; leave one of them out`, 2);
    }
  }
}
