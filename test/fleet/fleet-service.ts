/**
 * `lifeboat serve` on a day of its own: CONF DUE LEAD. Its clock stands so many milliseconds before the moment DUE when it
 * starts, so that a wave of backups that is due then can be waited for.
 */
import { systemClock } from '#platform/clock.ts';
import { serve } from '../../apps/service/commands/serve.ts';

const [conf = '', due = '', lead = ''] = process.argv.slice(2);
const clock = systemClock();
const ahead = clock.now().until(Temporal.Instant.from(due).subtract({ milliseconds: Number(lead) }));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort(new Error('told to end')));
process.exitCode = await serve(
  {
    ...{ conf, state: undefined, json: false, quiet: true, environment: process.env, signal: stop.signal },
    ...{ stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
    clock: { ...clock, now: () => clock.now().add(ahead), zone: () => 'UTC' },
  },
  { host: '127.0.0.1', port: 0 },
);
