import * as z from 'zod';
import { LifeboatError } from '#platform/errors.ts';
import type { ComponentRecord } from '#sources/source.ts';
import { type MachineFacts, machineFacts } from './machine-facts.ts';

/** The version of the archive format this program writes; docs/archive-format.md specifies it. */
export const FORMAT_VERSION = 1;

/** Features of this format version that a manifest may name in `requires`. */
const KNOWN_FEATURES: readonly string[] = [];

/** manifest.json, the last member of every archive. Times are ISO 8601 with zone `Z`. */
export interface Manifest {
  format: 'lifeboat-archive';
  formatVersion: number;
  /** Features a reader must know to restore this archive; an unknown one is refused by name. */
  requires: string[];
  /** The name under which the archive was published; a renamed one is left alone by retention (FD-19). */
  archiveName: string;
  /** The calendar names it was published under (BT-02); `archiveName` is the first of them, or one beside them. */
  calendarNames?: string[];
  /** Kept from the rotation from its beginning (BT-09), with a word why. A release is not recorded here. */
  pinned?: boolean;
  note?: string;
  /** Counts up for each system and destination (FD-15). */
  number: number;
  system: {
    id: string;
    name: string;
    version: string;
    /** LB-05: which older versions that version could restore, and whether by a migration. To know, never to obey. */
    restores?: string[];
    migrates?: boolean;
  };
  program: { name: string; version: string };
  startedAt: string;
  /** When the last source was frozen: the point in time the set stands for. */
  takenAt: string;
  finishedAt: string;
  state: 'good' | 'incomplete';
  /** Why it is incomplete, a line each; empty for a good one. */
  reasons: string[];
  host: string;
  platform: string;
  /** What was around the system on that machine. */
  machine?: MachineFacts;
  sources: ManifestSource[];
  components: ComponentRecord[];
  /** Members that belong to no component: RESTORE.txt. */
  extras: { path: string; bytes: number; sha256: string }[];
}

export interface ManifestSource {
  id: string;
  takenAt: string;
  serverVersion?: string;
  /** Global variables of the server, by name; to compare another one with. */
  settings?: Record<string, string>;
  position?: { gtid?: string; file?: string; position?: number };
}

/** A system's id names lock files and folders, so it may not hold anything but letters, digits and dashes. */
const SYSTEM_ID = /^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
/** A time as manifests and summaries hold it; Temporal reads no more than nine digits of a second. */
export const instant = z.iso.datetime().max('2026-04-10T21:45:00.123456789Z'.length);
const member = z.strictObject({ path: z.string().min(1), bytes: count, sha256 });

const note = z.object({
  code: z.string(),
  what: z.string(),
  detail: z.string().optional(),
});

const component = z.object({
  id: z.string().min(1),
  kind: z.enum([
    'mariadb-database',
    'mariadb-accounts',
    'mssql-database',
    'mssql-logins',
    'sqlite-database',
    'folder',
    'file',
  ]),
  name: z.string().min(1),
  importance: z.enum(['required', 'normal', 'optional']),
  state: z.enum(['complete', 'partial', 'missing']),
  bytes: count,
  sha256,
  items: count,
  rows: count.optional(),
  notes: z.array(note),
  members: z.array(member),
  fingerprint: z.string().exactOptional(),
  contentHash: sha256.exactOptional(),
  details: z.record(z.string(), z.unknown()),
});

const manifest = z.object({
  format: z.literal('lifeboat-archive'),
  formatVersion: z.number().int().positive(),
  requires: z.array(z.string()),
  archiveName: z.string().min(1),
  calendarNames: z.array(z.string().min(1)).exactOptional(),
  pinned: z.boolean().exactOptional(),
  note: z.string().exactOptional(),
  number: z.number().int().positive(),
  system: z.object({
    id: z.string().regex(SYSTEM_ID),
    name: z.string().min(1),
    version: z.string(),
    restores: z.array(z.string()).exactOptional(),
    migrates: z.boolean().exactOptional(),
  }),
  program: z.object({ name: z.string(), version: z.string() }),
  startedAt: instant,
  takenAt: instant,
  finishedAt: instant,
  state: z.enum(['good', 'incomplete']),
  reasons: z.array(z.string()),
  host: z.string(),
  platform: z.string(),
  machine: machineFacts.exactOptional(),
  sources: z.array(
    z.object({
      id: z.string(),
      takenAt: instant,
      serverVersion: z.string().optional(),
      settings: z.record(z.string().max(100), z.string()).exactOptional(),
      position: z
        .object({
          gtid: z.string().optional(),
          file: z.string().optional(),
          position: count.optional(),
        })
        .optional(),
    }),
  ),
  components: z.array(component),
  extras: z.array(member),
});

// Made once: zod compiles each shape at its first use, and that code stays for as long as the program runs.
const ours = z.object({ format: z.literal('lifeboat-archive') });
const version = z.object({ formatVersion: z.number().int().positive(), requires: z.array(z.string()) });

/**
 * Reads manifest.json. Throws `archive-foreign` for a file that is not ours, `archive-too-new` for a format
 * or feature this program does not know (checked before anything else is looked at), `archive-damaged`
 * for one that breaks the specification.
 */
export function parseManifest(text: string): Manifest {
  const value = parseJson(text);
  if (!ours.safeParse(value).success) {
    throw new LifeboatError('archive-foreign', 'manifest.json is not that of a lifeboat archive');
  }
  refuseNewer(value);
  const parsed = manifest.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new LifeboatError(
      'archive-damaged',
      `manifest.json breaks the format at ${issue?.path.join('.') || 'its root'}: ${issue?.message}`,
    );
  }
  return parsed.data as Manifest;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LifeboatError('archive-damaged', 'manifest.json is not valid JSON', { cause });
  }
}

function refuseNewer(value: unknown): void {
  const head = version.safeParse(value);
  if (!head.success) {
    throw new LifeboatError('archive-damaged', 'manifest.json does not say which format version it has');
  }
  if (head.data.formatVersion > FORMAT_VERSION) {
    throw new LifeboatError(
      'archive-too-new',
      `the archive has format version ${head.data.formatVersion}, this program reads up to ${FORMAT_VERSION}`,
      { hint: 'install the lifeboat-restore that came with the newer lifeboat, and use that' },
    );
  }
  const unknown = head.data.requires.filter((feature) => !KNOWN_FEATURES.includes(feature));
  if (unknown.length > 0) {
    throw new LifeboatError(
      'archive-too-new',
      `the archive needs ${unknown.map((feature) => `"${feature}"`).join(', ')}, which this program does not know`,
      { hint: 'install the lifeboat-restore that came with the newer lifeboat, and use that' },
    );
  }
}
