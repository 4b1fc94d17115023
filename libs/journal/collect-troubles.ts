import { messageOf } from '#platform/message-of.ts';
import { oneLine } from '#platform/one-line.ts';

/** What could not be written down while a run went on: for the outcome, and at once for whoever watches. */
export interface Troubles {
  /** Each line once. */
  all(): string[];
  tell(line: string): void;
  /** Resolves with false where the step failed: `what` could not be written. */
  attempt(what: string, step: () => Promise<void>): Promise<boolean>;
}

export function collectTroubles(stderr: { write(text: string): unknown } | undefined): Troubles {
  const troubles = new Set<string>();
  const tell = (line: string): void => {
    if (!troubles.has(line)) stderr?.write(`warning: ${oneLine(line)}\n`);
    troubles.add(line);
  };
  return {
    all: () => [...troubles],
    tell,
    async attempt(what, step) {
      try {
        await step();
        return true;
      } catch (error) {
        tell(`${what} could not be written: ${messageOf(error)}`);
        return false;
      }
    },
  };
}
