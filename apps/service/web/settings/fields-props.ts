import type { Draft } from './draft.ts';

/** What each group of fields gets. */
export interface FieldsProps {
  draft: Draft;
  change: (change: Partial<Draft>) => void;
  /** What the service says is wrong, by the key of sysbackup.conf. */
  errors: Record<string, string>;
}
