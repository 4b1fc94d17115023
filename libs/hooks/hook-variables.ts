import type { Hook } from './hook.ts';

/** What every hook of a system is told. */
export interface HookSystem {
  id: string;
  name: string;
  /** Absolute paths of the installed sysbackup.conf and of the backup path. */
  conf: string;
  place: string;
}

/** How a backup ended, as far as hooks are told. */
export interface EndedRun {
  state: string;
  code: string;
  /** 0, 1406, 1401 or the exit status: how journal and history number it. */
  number: number;
  message: string;
  startedAt: string;
  durationMs: number;
  /** Absolute path of the archive that was made; undefined if none was. */
  archive: string | undefined;
}

/** A message may hold the report of a whole verification; no variable may hold more than some 128 KiB on Linux. */
const LONGEST = 4096;

/** The LIFEBOAT_* variables of a hook; those that do not apply are empty. docs/operations.md is their contract. */
export function hookVariables(
  moment: Hook['moment'],
  system: HookSystem,
  facts: { run?: EndedRun; alert?: { kind: string; message: string } } = {},
): Record<string, string> {
  const { run, alert } = facts;
  const variables = {
    LIFEBOAT_MOMENT: moment,
    LIFEBOAT_SYSTEM_ID: system.id,
    LIFEBOAT_SYSTEM: system.name,
    LIFEBOAT_CONF: system.conf,
    LIFEBOAT_PLACE: system.place,
    LIFEBOAT_OUTCOME: run?.state ?? '',
    LIFEBOAT_CODE: run?.code ?? '',
    LIFEBOAT_NUMBER: String(run?.number ?? ''),
    LIFEBOAT_STARTED: run?.startedAt ?? '',
    LIFEBOAT_DURATION_MS: String(run?.durationMs ?? ''),
    LIFEBOAT_ARCHIVE: run?.archive ?? '',
    LIFEBOAT_ALERT: alert?.kind ?? '',
    LIFEBOAT_MESSAGE: alert?.message ?? run?.message ?? '',
  };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, asValue(value)]));
}

/** One line, without the NUL that no variable can hold. */
function asValue(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, LONGEST);
}
