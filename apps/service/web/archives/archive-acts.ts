import type { Archive } from '../api/answers.ts';

/** What the buttons beside an archive set off. */
export interface ArchiveActs {
  /** Does something and says the text that it resolves with. */
  act: (work: () => Promise<string | undefined>) => void;
  askDelete: (archive: Archive) => void;
  askPin: (archive: Archive) => void;
}
