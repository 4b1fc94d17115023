import type { Clock } from '#platform/clock.ts';
import { LifeboatError } from '#platform/errors.ts';
import { messageOf } from '#platform/message-of.ts';
import { noteEvent } from './note-event.ts';
import type { ScheduleEvent } from './schedule-event.ts';
import type { ScheduleState } from './schedule-state.ts';
import type { ScheduleStore } from './schedule-store.ts';

/** The scheduler's state in memory and on disk, and the events that wait to be reported. */
export interface ScheduleBook {
  readonly state: ScheduleState;
  /**
   * The state is saved, then its events are reported. A state that cannot be saved is noted and ends nothing: a
   * backup that might run a second time after a restart is better than none because a small disk is full.
   */
  keep(state: ScheduleState): Promise<void>;
  /** What `read` returns, or `otherwise` where it throws; that is noted once for as long as it says the same. */
  watch<T>(trouble: Trouble, otherwise: T, read: () => Promise<T>): Promise<T>;
}

type Trouble = keyof typeof TROUBLES;

const TROUBLES = {
  settings: { kind: 'settings', text: 'the settings cannot be read, those of before hold' },
  lastSuccess: { kind: 'state', text: 'it is not known whether a backup by hand has succeeded' },
  read: { kind: 'state', text: 'what the scheduler knew is lost, it counts from now' },
  save: { kind: 'state', text: 'what the scheduler knows cannot be saved' },
} as const;

interface BookParts {
  clock: Clock;
  store: ScheduleStore;
  tell(event: ScheduleEvent): Promise<void>;
}

/** Opens the state of the last time; one that is damaged is noted, and a first one takes its place. */
export async function openBook(
  parts: BookParts,
  first: (state: ScheduleState | undefined) => ScheduleState,
): Promise<ScheduleBook> {
  try {
    return bookOf(parts, first(await parts.store.read()));
  } catch (error) {
    if (!(error instanceof LifeboatError) || error.code !== 'state-unusable') throw error;
    const book = bookOf(parts, first(undefined));
    return await book.watch('read', book, () => Promise.reject(error));
  }
}

function bookOf(parts: BookParts, first: ScheduleState): ScheduleBook {
  let state = first;
  let saved: ScheduleState | undefined;
  const troubles = new Map<Trouble, string>();

  const watch: ScheduleBook['watch'] = async (trouble, otherwise, read) => {
    try {
      const value = await read();
      troubles.delete(trouble);
      return value;
    } catch (error) {
      const cause = messageOf(error);
      if (troubles.get(trouble) !== cause) state = noteTrouble(state, trouble, cause, parts.clock);
      troubles.set(trouble, cause);
      return otherwise;
    }
  };
  const save = async () => {
    const trying = state;
    if (saved !== trying)
      saved = await watch('save', saved, () => parts.store.save(trying).then(() => trying));
  };
  return {
    get state() {
      return state;
    },
    watch,
    async keep(next) {
      state = next;
      await save();
      while (await reported(state.unreported[0], parts)) {
        state = { ...state, unreported: state.unreported.slice(1) };
      }
      await save();
    },
  };
}

function noteTrouble(state: ScheduleState, trouble: Trouble, cause: string, clock: Clock): ScheduleState {
  const { kind, text } = TROUBLES[trouble];
  return noteEvent(state, clock.now(), { kind, text: `${text}: ${cause}` });
}

/** False if there is nothing to report, or nobody who takes it: then it stays first in line. */
async function reported(event: ScheduleEvent | undefined, parts: BookParts): Promise<boolean> {
  if (event === undefined) return false;
  try {
    await parts.tell(event);
    return true;
  } catch {
    // Whoever is told says so where he can; here there is no other place than the line itself.
    return false;
  }
}
