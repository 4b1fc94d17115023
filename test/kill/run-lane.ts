/** One lane of `npm run kill-test`, as a process of its own: its options are its one argument, as JSON. */
import { killLane, type LaneOptions } from './kill-lane.ts';

const options = JSON.parse(process.argv[2] as string) as LaneOptions;
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
const began = performance.now();
await killLane(options, stop.signal, ({ operation, lane, round, moment, step, ended, starts, recoverMs }) => {
  const minute = ((performance.now() - began) / 60_000).toFixed(1).padStart(5);
  const recover = `${(recoverMs / 1000).toFixed(1)} s`;
  console.log(
    `${minute}  ${lane}  ${operation} ${round}  ${moment} (${step}): ${starts.join(', ')} (${recover}): ${ended}`,
  );
});
