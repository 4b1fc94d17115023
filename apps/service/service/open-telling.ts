import { tellJournal } from '#journal/tell-journal.ts';
import type { Log } from '#log/log.ts';
import { openLog } from '#log/open-log.ts';
import type { EndedBackup } from '#notify/ended-backup.ts';
import type { Notifier } from '#notify/open-notifier.ts';
import { redactorOf } from '#platform/redactor-of.ts';
import { secretPlaces } from '#settings/secret-places.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { runWatch } from '#watch/run-watch.ts';
import { composeNotifier, type SystemNotifier } from '../compose/compose-notifier.ts';
import { composeSystem } from '../compose/compose-system.ts';
import type { ComposedSystem } from '../compose/composed-system.ts';
import { watchSystem } from '../watch-system.ts';
import { type Monitoring, openMonitoring } from './open-monitoring.ts';

/** The service's part in telling others: notifications, the watch over the last good backup, log and metrics. */
export interface Telling extends AsyncDisposable {
  /** Puts in what is to be told, by the settings of now; the service sends it. */
  readonly notifier: Pick<Notifier, 'runStarted' | 'runEnded' | 'drillEnded' | 'raise' | 'memory' | 'relay'>;
  readonly log: Log;
  readonly monitoring: Monitoring;
  /** The conf was changed: channels, log and the age that is allowed are read anew, and looked at once. */
  settingsChanged(): void;
}

/** How long what is being sent is waited for at the end, in milliseconds. */
const END_MS = 1500;

/** Begins at once. A conf that cannot be read later on is told, and the settings before it hold. */
export async function openTelling(context: CommandContext): Promise<Telling> {
  const open = async (): Promise<OpenPart> => openPart(await composeSystem(context), context);
  let part = await open();
  const log: Log = {
    error: (what, facts) => part.log.error(what, facts),
    warn: (what, facts) => part.log.warn(what, facts),
    info: (what, facts) => part.log.info(what, facts),
    debug: (what, facts) => part.log.debug(what, facts),
  };
  const { id, settings } = part.system;
  const monitoring = openMonitoring({ id, name: settings.system.name }, context.clock, log);
  let running = startPart(part, monitoring, context);
  // One change after the other, so that no part is left running.
  let changing: Promise<void> = Promise.resolve();
  const change = async (): Promise<void> => {
    try {
      const next = await open();
      const before = running;
      part = next;
      running = startPart(next, monitoring, context);
      await before.end();
    } catch (error) {
      log.error('the changed settings could not be read; those before hold', { error });
    }
  };
  return {
    log,
    monitoring,
    notifier: {
      async runStarted(startedAt) {
        log.info('backup started', { startedAt });
        await part.notifier.runStarted(startedAt);
      },
      async runEnded(run) {
        monitoring.runEnded(run);
        logEnd(log, run);
        await part.notifier.runEnded(run);
        running.look();
      },
      async drillEnded(run) {
        monitoring.runEnded(run);
        logEnd(log, run);
        await part.notifier.drillEnded(run);
        running.look();
      },
      async raise(alarm, how) {
        log.error('alarm', alarm);
        await part.notifier.raise(alarm, how);
      },
      memory: () => part.notifier.memory(),
      relay: (notices) => part.notifier.relay(notices),
    },
    settingsChanged() {
      changing = changing.then(change);
    },
    async [Symbol.asyncDispose]() {
      await changing;
      await running.end();
    },
  };
}

function logEnd(log: Log, { message, hint, ...run }: EndedBackup): void {
  const facts = { ...run, message, ...(hint === undefined ? {} : { hint }), lines: undefined };
  const good = run.state === 'done' || run.state === 'skipped';
  const what = `${run.operation} ended`;
  if (good) log.info(what, facts);
  else log.error(what, facts);
}

/** What belongs to the settings of one moment. */
interface OpenPart {
  system: ComposedSystem;
  notifier: SystemNotifier;
  log: Log;
}

async function openPart(system: ComposedSystem, context: CommandContext): Promise<OpenPart> {
  const { settings, journal } = system;
  const redact = await redactorOf(secretPlaces(settings));
  const log = openLog({ ...settings.log, ...context, redact: () => redact });
  const { tell } = tellJournal(journal);
  const notifier = await composeNotifier(system, {
    ...context,
    tell: async (lines, how) => {
      for (const line of lines) (how?.detail ? log.info : log.warn)(line);
      await tell(lines, how);
    },
  });
  return { system, notifier, log };
}

interface RunningPart {
  /** Looks at the last good backup now, beside whatever else goes on. */
  look(): void;
  end(): Promise<void>;
}

function startPart(
  { system, notifier, log }: OpenPart,
  monitoring: Monitoring,
  { clock }: CommandContext,
): RunningPart {
  const stop = new AbortController();
  const looks = new Set<Promise<void>>();
  const look = async (): Promise<void> => {
    try {
      const watched = await watchSystem(system, notifier, clock, stop.signal);
      log.debug('looked', { lastGood: watched.lastGood, tooOld: watched.tooOld });
    } catch (error) {
      if (!stop.signal.aborted) log.error('the age of the last good backup is not known', { error });
    }
    if (!stop.signal.aborted) await monitoring.looked(system, notifier.memory(), stop.signal);
  };
  const running = Promise.all([notifier.run(stop.signal), runWatch(look, stop.signal)]);
  // Looked at in the end.
  running.catch(() => undefined);
  return {
    look() {
      const looking = look().finally(() => looks.delete(looking));
      looks.add(looking);
    },
    async end() {
      stop.abort();
      await Promise.allSettled(looks);
      await running;
      // What the last run had to say.
      await notifier.deliver(AbortSignal.timeout(END_MS));
      notifier[Symbol.dispose]();
    },
  };
}
