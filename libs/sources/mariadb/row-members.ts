import type { MemberRecord, MemberSink } from '#sources/source.ts';

/** Compressed bytes of a member at most, unless a single row is larger. */
const LARGEST_MEMBER = 16 << 20;
/** Frames of a row that is being streamed out, ahead of the archive. */
const FRAMES_AHEAD = 4;

/** The members of one table's rows, filled frame by frame. */
export interface RowMembers {
  /** Resolves when the next frame may come. `startsRow`: a new member may begin with this frame. */
  add(frame: Buffer, startsRow: boolean): Promise<void>;
  /** Resolves when the last member is in the archive. */
  end(): Promise<MemberRecord[]>;
  /** Ends a member that is being streamed out, so that nobody waits for the rest of it. */
  abandon(reason: unknown): void;
}

/**
 * Collects frames up to 16 MiB and adds them as one member while the next one is being filled. A row that is
 * larger is not collected: its member is streamed out as its frames come.
 */
export function rowMembers(o: { folder: string; sink: MemberSink; signal: AbortSignal }): RowMembers {
  const members: MemberRecord[] = [];
  let frames: Buffer[] = [];
  let bytes = 0;
  let count = 0;
  let live: FrameQueue | undefined;
  let writing: Promise<void> = Promise.resolve();

  const path = () => `${o.folder}/${String(++count).padStart(5, '0')}.zst`;
  const write = (content: Buffer | (() => AsyncIterable<Uint8Array>)): void => {
    const name = path();
    writing = o.sink.add(name, content, { signal: o.signal }).then((record) => void members.push(record));
    // It is awaited before the next member, or at the end.
    writing.catch(() => undefined);
  };
  const close = async (): Promise<void> => {
    if (live) {
      live.end();
      live = undefined;
    } else if (frames.length > 0) {
      await writing;
      write(Buffer.concat(frames, bytes));
    }
    frames = [];
    bytes = 0;
  };

  return {
    async add(frame, startsRow) {
      const full = bytes + frame.length > LARGEST_MEMBER;
      if (full && startsRow) await close();
      bytes += frame.length;
      if (live) return await live.push(frame);
      frames.push(frame);
      if (!full || startsRow) return;
      await writing;
      const queue = frameQueue(frames, FRAMES_AHEAD);
      live = queue;
      frames = [];
      write(() => queue.frames());
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

interface FrameQueue {
  push(frame: Buffer): Promise<void>;
  end(): void;
  fail(reason: unknown): void;
  frames(): AsyncGenerator<Buffer>;
}

function frameQueue(first: Buffer[], ahead: number): FrameQueue {
  const waiting = [...first];
  let ended = false;
  let failed: { reason: unknown } | undefined;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  return {
    async push(frame) {
      waiting.push(frame);
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
        const frame = waiting.shift();
        if (frame) {
          tell();
          yield frame;
        } else if (ended) return;
        else await changed.promise;
      }
    },
  };
}
