import { createHash } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { ComponentKind, ComponentRecord, Importance, Source } from './source.ts';

/**
 * A component whose place could not even be found out, because the conf file that names it is gone or
 * broken. The rest of the system is saved all the same, and the set says what it lacks (FD-06).
 */
export function missingSource(options: {
  id: string;
  kind: ComponentKind;
  name: string;
  importance: Importance;
  reason: string;
  clock: Clock;
}): Source {
  const { id, kind, name, importance, reason } = options;
  return {
    id,
    check: async () => ({
      source: id,
      bytes: 0,
      findings: importance === 'optional' ? [] : [{ level: 'problem', message: reason }],
    }),
    freeze: async () => ({
      takenAt: options.clock.now(),
      journal: [],
      bytes: 0,
      components: [{ id, kind, name, importance, writeTo: async () => missingRecord(options) }],
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

function missingRecord(options: {
  id: string;
  kind: ComponentKind;
  name: string;
  importance: Importance;
  reason: string;
}): ComponentRecord {
  return {
    id: options.id,
    kind: options.kind,
    name: options.name,
    importance: options.importance,
    state: 'missing',
    bytes: 0,
    sha256: createHash('sha256').digest('hex'),
    items: 0,
    notes: [{ code: 'missing', what: options.reason }],
    members: [],
    details: {},
  };
}
