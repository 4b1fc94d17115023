import type { MemberReader } from '#sources/restore-target.ts';
import type { MemberRecord, MemberSink } from '#sources/source.ts';
import type { Manifest } from './manifest.ts';

/** Bytes that can be read anywhere: a file, later an object in a bucket. */
export interface RandomAccess extends AsyncDisposable {
  readonly size: number;
  /** How a person knows it, for messages: the file's path. */
  readonly name?: string;
  readonly modified?: Temporal.Instant;
  /**
   * Reads exactly `length` bytes at `position`, or throws `archive-cut`. They may lie in `memory`, if that is
   * given, which then has room for them.
   */
  read(position: number, length: number, signal?: AbortSignal, memory?: Uint8Array): Promise<Uint8Array>;
}

/**
 * Writes one archive file. The file has a temporary name until the caller publishes it; dispose without
 * seal removes nothing by itself (the draft that owns the file does).
 */
export interface ArchiveWriter extends MemberSink, AsyncDisposable {
  /** Adds manifest.json as the last member, closes the ZIP and syncs the file to disk. */
  seal(manifest: Manifest, signal: AbortSignal): Promise<SealedArchive>;
}

export interface SealedArchive {
  path: string;
  /** Size of the file. */
  bytes: number;
  members: number;
}

/**
 * An open archive whose structure was checked strictly and whose manifest was understood. Owns the access it
 * was opened on. A member's stream also compares its header with the directory before it gives anything out.
 */
export interface ArchiveReader extends MemberReader, AsyncDisposable {
  readonly manifest: Manifest;
  /** Every member but the manifest itself as the manifest describes it, in the order of the file. */
  readonly members: readonly MemberRecord[];
  readonly size: number;
  readonly modified?: Temporal.Instant;
  /** With `reused`, a chunk is good only until the next one is asked for. */
  open(path: string, signal: AbortSignal, memory?: 'reused'): AsyncIterable<Uint8Array>;
}

/** FD-30: what a verification found, item by item. */
export interface VerifyReport {
  good: boolean;
  items: VerifiedItem[];
  bytes: number;
}

export interface VerifiedItem {
  item: string;
  result: 'ok' | 'problem' | 'not checked';
  detail?: string;
}
