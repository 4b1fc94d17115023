import pino from 'pino';
import type { Clock } from '#platform/clock.ts';
import type { Log, LogFacts, LogLevel } from './log.ts';
import { logFile } from './log-file.ts';
import { withoutSecrets } from './without-secrets.ts';

export interface LogOptions {
  level: LogLevel;
  /** Undefined: standard error. */
  file: string | undefined;
  stderr: { write(text: string): unknown };
  clock: Clock;
  /** Takes known secrets out of any text. */
  redact: () => (text: string) => string;
}

/** Opens the service's log. A file that cannot be written is said on standard error, once, and ends nothing. */
export function openLog({ level, file, stderr, clock, redact }: LogOptions): Log {
  const target =
    file === undefined ? { write: (line: string) => void stderr.write(line) } : logFile(file, stderr);
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: 'what',
      timestamp: () => `,"time":"${clock.now()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    target,
  );
  const at =
    (how: LogLevel) =>
    (what: string, facts: LogFacts = {}) => {
      if (!logger.isLevelEnabled(how)) return;
      const clean = redact();
      logger[how](withoutSecrets(facts, clean) as Record<string, unknown>, clean(what));
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}
