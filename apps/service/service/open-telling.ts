import { tellJournal } from '#journal/tell-journal.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import type { Clock } from '#platform/clock.ts';
import { runWatch } from '#watch/run-watch.ts';
import type { Watched } from '#watch/watch-age.ts';
import { type ComposedSystem, composeSystem } from '../compose.ts';
import { composeNotifier, type SystemNotifier } from '../compose-notifier.ts';
import { watchSystem } from '../watch-system.ts';

/** The service's part in telling people: it sends what is due and watches the age of the last good backup. */
export interface Telling extends AsyncDisposable {
  /** Puts in what is to be told, by the settings of now; the service sends it. */
  readonly notifier: Pick<Notifier, 'runStarted' | 'runEnded' | 'raise' | 'memory'>;
  /** The conf was changed: channels and the age that is allowed are read anew, and looked at once. */
  settingsChanged(): void;
}

export interface TellingOptions {
  conf: string;
  state: string | undefined;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  /** Told of each look: for the metrics. */
  onLook?: (watched: Watched, system: ComposedSystem) => void;
}

/** How long what is being sent is waited for at the end, in milliseconds. */
const END_MS = 1500;

/** Begins at once. A conf that cannot be read later on is journaled, and the settings before it hold. */
export async function openTelling(options: TellingOptions): Promise<Telling> {
  let part = await startPart(options);
  // One change after the other, so that no part is left running.
  let changing: Promise<void> = Promise.resolve();
  return {
    notifier: {
      runStarted: (startedAt) => part.notifier.runStarted(startedAt),
      runEnded: (run) => part.notifier.runEnded(run),
      raise: (alarm, how) => part.notifier.raise(alarm, how),
      memory: () => part.notifier.memory(),
    },
    settingsChanged() {
      changing = changing.then(async () => {
        const before = part;
        part = await startPart(options).catch(async (error: unknown) => {
          await before.tell([`the changed settings could not be read: ${messageOf(error)}`]);
          return before;
        });
        if (part !== before) await before.end();
      });
    },
    async [Symbol.asyncDispose]() {
      await changing;
      await part.end();
    },
  };
}

/** Sending and watching by the settings of one moment. */
interface Part {
  notifier: SystemNotifier;
  tell: (lines: readonly string[]) => Promise<void>;
  end(): Promise<void>;
}

async function startPart(options: TellingOptions): Promise<Part> {
  const system = await composeSystem(options);
  const notifier = await composeNotifier(system, options);
  const { tell } = tellJournal(system.journal);
  const stop = new AbortController();
  const look = async (): Promise<void> => {
    try {
      const watched = await watchSystem(system, notifier, options.clock, stop.signal);
      options.onLook?.(watched, system);
    } catch (error) {
      if (!stop.signal.aborted)
        await tell([`the age of the last good backup is not known: ${messageOf(error)}`]);
    }
  };
  const running = Promise.all([notifier.run(stop.signal), runWatch(look, stop.signal)]);
  // Looked at in the end.
  running.catch(() => undefined);
  return {
    notifier,
    tell,
    async end() {
      stop.abort();
      await running;
      // What the last run had to say.
      await notifier.deliver(AbortSignal.timeout(END_MS));
      notifier[Symbol.dispose]();
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
