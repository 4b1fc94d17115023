import { hash } from 'node:crypto';
import type { Component, ComponentRecord, Note } from '#sources/source.ts';

/**
 * The record of a component of which nothing is in the archive. An optional one that does not exist, or
 * holds no file, is in order and carries no note.
 */
export function notHeld(component: Omit<Component, 'writeTo'>, note: Note | undefined): ComponentRecord {
  const { id, kind, name, importance } = component;
  const expected = importance === 'optional' && note?.code !== 'unreadable';
  return {
    id,
    kind,
    name,
    importance,
    state: 'missing',
    bytes: 0,
    sha256: hash('sha256', ''),
    items: 0,
    notes: note && !expected ? [note] : [],
    members: [],
    details: {},
  };
}
