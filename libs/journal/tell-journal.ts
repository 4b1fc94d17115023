import { messageOf } from '#platform/message-of.ts';
import type { Journal } from './journal.ts';

export interface JournalTeller {
  /** Never throws: a journal that cannot be written ends nothing. `detail` as in Journal.write. */
  tell(lines: readonly string[], options?: { detail?: boolean }): Promise<void>;
  /** What could not be written, and why, once each. */
  troubles(): string[];
}

/** For parts that go on whether or not their lines can be journaled. */
export function tellJournal(journal: Journal): JournalTeller {
  const troubles = new Set<string>();
  return {
    async tell(lines, options) {
      try {
        await journal.write(lines, options);
      } catch (error) {
        const reason = messageOf(error);
        troubles.add(`the journal ${journal.path} could not be written: ${reason}`);
      }
    },
    troubles: () => [...troubles],
  };
}
