export type ObjectKind = 'event' | 'trigger' | 'view' | 'routine' | 'key';

/** One name for an object of a database, whatever its kind. */
export function objectKey(kind: ObjectKind, name: string, type = ''): string {
  return `${kind} ${type} ${name}`;
}
