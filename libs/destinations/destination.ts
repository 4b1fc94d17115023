import type { RandomAccess } from '#archive/archive.ts';

/**
 * A place that keeps archives. Guarantees: a name that list() shows was published whole; publish never
 * replaces an existing name; a crash leaves at most a draft, which sweep() removes.
 */
export interface Destination {
  /** How a person knows it: the folder's path. */
  readonly place: string;
  /** Throws if it is missing, no folder, not writable (tried, not guessed), or holds less than `needed` bytes free. Creates nothing that stays. */
  check(needed: number, signal: AbortSignal): Promise<DestinationSpace>;
  /**
   * Keeps a name for the system `owner` until it is disposed; undefined if another system has it, or if there is a
   * file of that name. Call it only under that system's lock.
   */
  claim(name: string, owner: string): Promise<AsyncDisposable | undefined>;
  /** Begins an archive of the system `owner` under a temporary name that list() does not show. */
  draft(name: string, owner: string): Promise<Draft>;
  list(signal: AbortSignal): Promise<StoredFile[]>;
  open(name: string): Promise<RandomAccess>;
  remove(name: string): Promise<void>;
  /** Small side files (summaries) beside the archives, written whole or not at all. */
  readNote(name: string): Promise<string | undefined>;
  writeNote(name: string, text: string): Promise<void>;
  removeNote(name: string): Promise<void>;
  listNotes(): Promise<string[]>;
  /** How a person finds a file of this place: its full path. */
  pathOf(name: string): string;
  /**
   * A text file beside the archives, for people and other programs; undefined if there is none. Throws `read-failed`
   * for one that is larger than `limit` bytes and for what is no plain file.
   */
  readText(name: string, limit: number): Promise<string | undefined>;
  /** Writes it whole or not at all. */
  writeText(name: string, text: string): Promise<void>;
  /** Gives a file another name. Throws `write-failed` if that name exists. */
  setAside(name: string, asName: string): Promise<void>;
  /**
   * Removes drafts and claims that a killed run of the system `owner` left; call it only under that system's lock.
   * Another system may be writing to the same place: its drafts are not touched. Returns the drafts' names.
   */
  sweep(owner: string): Promise<string[]>;
}

export interface DestinationSpace {
  free: number;
  used: number;
  /** Equal for places that lie on one medium, as far as the system tells: that are lost together. */
  medium: string;
}

export interface StoredFile {
  name: string;
  bytes: number;
  modified: Temporal.Instant;
}

/** Removed by dispose unless it was published. */
export interface Draft extends AsyncDisposable {
  /** A local file, private from its creation (mode 0600), on the destination's file system. */
  readonly path: string;
  /** Gives it its final name, durably. Throws `write-failed` if that name exists. */
  publish(): Promise<void>;
  /**
   * Gives it these names instead, durably. One that is to be replaced leads, at every moment and after every
   * crash, to the whole file before or to this one; the note of the file before goes with it. The names share
   * their bytes where the place can do that; elsewhere each further one is a copy, and nothing is replaced
   * before `prove` has accepted its file. Throws `write-failed` for a name that is not to be replaced and exists.
   */
  publishAs(names: readonly FinalName[], options: PublishOptions): Promise<void>;
}

export interface FinalName {
  name: string;
  /** False: somebody's file of this name stays, and the draft is not published. */
  replace: boolean;
}

export interface PublishOptions {
  /** Reads a copy back from the disk and throws if it is not as it was written. */
  prove(path: string): Promise<unknown>;
  signal: AbortSignal;
}
