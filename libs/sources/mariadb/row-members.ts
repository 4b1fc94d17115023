import { freeMemory } from '#platform/free-memory.ts';
import type { MemberRecord, MemberSink } from '#sources/source.ts';
import type { Frame } from '../frame-compressor.ts';

/** Compressed bytes of a member at most, unless a single row is larger. */
const LARGEST_MEMBER = 16 << 20;
/** Frames of a row that is being streamed out, ahead of the archive. */
const FRAMES_AHEAD = 4;

/** The members of one table's rows, filled frame by frame. */
export interface RowMembers {
  /** Resolves when the next frame may come. `startsRow`: a new member may begin with this frame. */
  add(frame: Frame, startsRow: boolean): Promise<void>;
  /** Resolves when the last member is in the archive. */
  end(): Promise<MemberRecord[]>;
  /** Ends a member that is being streamed out, so that nobody waits for the rest of it. */
  abandon(reason: unknown): void;
}

/**
 * Collects frames up to 16 MiB and adds them as one member; meanwhile the blocks that a reader has in flight
 * keep it busy. A row that is larger is not collected: its member is streamed out as its frames come.
 */
export function rowMembers(o: { folder: string; sink: MemberSink; signal: AbortSignal }): RowMembers {
  const members: MemberRecord[] = [];
  const store = frameStore();
  let live: FrameQueue | undefined;
  let count = 0;
  let writing: Promise<void> = Promise.resolve();

  const write = async (content: Uint8Array | (() => AsyncIterable<Uint8Array>)): Promise<void> => {
    const path = `${o.folder}/${String(++count).padStart(5, '0')}.zst`;
    members.push(await o.sink.add(path, content, { signal: o.signal }));
  };
  const begin = (content: Uint8Array | (() => AsyncIterable<Uint8Array>)): void => {
    writing = write(content);
    // It is awaited before the next member begins, or at the end.
    writing.catch(() => undefined);
  };
  const close = async (): Promise<void> => {
    if (live) {
      live.end();
      live = undefined;
      return;
    }
    const content = store.take();
    if (content.length > 0) begin(content);
  };

  return {
    async add(frame, startsRow) {
      const full = store.size() + frame.bytes > LARGEST_MEMBER;
      if (startsRow && (full || live)) await close();
      if (live) return await live.push(frame.parts);
      // The store's memory is the archive's until the member is written.
      await writing;
      if (!full || startsRow) {
        for (const part of frame.parts) store.add(part);
        frame.done();
        return;
      }
      const queue = frameQueue([[store.take()], frame.parts], FRAMES_AHEAD);
      live = queue;
      begin(() => queue.frames());
      // If the archive fails, nobody takes frames any more.
      writing.catch((error) => queue.fail(error));
    },
    async end() {
      await close();
      await writing;
      return members;
    },
    abandon(reason) {
      live?.fail(reason);
    },
  };
}

/** Memory that grows with what is put into it and is used again and again. */
interface FrameStore {
  size(): number;
  add(frame: Uint8Array): void;
  /** What was added since the last time; stays as it is until the next `add`. */
  take(): Uint8Array;
}

function frameStore(): FrameStore {
  let memory = Buffer.alloc(0);
  let filled = 0;
  return {
    size: () => filled,
    add(frame) {
      if (filled + frame.length > memory.length) {
        const room = Math.min(4 * memory.length, LARGEST_MEMBER);
        const larger = Buffer.allocUnsafeSlow(Math.max(filled + frame.length, room));
        memory.copy(larger, 0, 0, filled);
        freeMemory(memory.buffer);
        memory = larger;
      }
      memory.set(frame, filled);
      filled += frame.length;
    },
    take() {
      const content = memory.subarray(0, filled);
      filled = 0;
      return content;
    },
  };
}

interface FrameQueue {
  push(parts: readonly Uint8Array[]): Promise<void>;
  end(): void;
  fail(reason: unknown): void;
  frames(): AsyncGenerator<Uint8Array>;
}

function frameQueue(first: (readonly Uint8Array[])[], ahead: number): FrameQueue {
  const waiting = [...first];
  let ended = false;
  let failed: { reason: unknown } | undefined;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  return {
    async push(parts) {
      waiting.push(parts);
      tell();
      while (waiting.length > ahead && !failed) await changed.promise;
      if (failed) throw failed.reason;
    },
    end() {
      ended = true;
      tell();
    },
    fail(reason) {
      failed ??= { reason };
      tell();
    },
    async *frames() {
      for (;;) {
        if (failed) throw failed.reason;
        const parts = waiting.shift();
        if (parts) {
          tell();
          yield* parts;
        } else if (ended) return;
        else await changed.promise;
      }
    },
  };
}
