import type { CheckedItem, MemberReader, StageOptions, TargetReport } from '../restore-target.ts';
import type { ComponentRecord, Finding } from '../source.ts';

/**
 * Where a drill brings components of one source back to: places of their own, which nothing live has to do with and
 * nobody else knows. The order is inspect, stage (each component), check, ask; dispose drops whatever was made.
 */
export interface ScratchTarget extends AsyncDisposable {
  /** The source's id: `mariadb/main`, `sqlite/log`. */
  readonly id: string;
  readonly components: readonly ComponentRecord[];
  /** Chooses the names and looks whether it can be done. Changes nothing. */
  inspect(signal: AbortSignal): Promise<ScratchReport>;
  stage(component: ComponentRecord, archive: MemberReader, options: StageOptions): Promise<void>;
  /** Reads everything back and compares it with the archive; the target's own check of its integrity. Throws `check-failed`. */
  check(signal: AbortSignal): Promise<CheckedItem[]>;
  /**
   * The first value of the first row that a statement gives in a restored database, as text; null for NULL, undefined
   * for no row. Nothing can be written by it where the database has transactions that only read.
   */
  ask(component: string, query: string, signal: AbortSignal): Promise<string | null | undefined>;
}

export interface ScratchReport extends Pick<TargetReport, 'space'> {
  /** Databases that will be made, by names that the server did not have when it was asked. */
  databases: string[];
  findings: Finding[];
}
