import { parseArgs } from 'node:util';
import { benchDowntime } from './bench-downtime.ts';
import { benchFolders } from './bench-folders.ts';
import { benchLongRows } from './bench-long-rows.ts';
import { benchMariadb } from './bench-mariadb.ts';
import { benchStop } from './bench-stop.ts';

const USAGE = `npm run bench -- [--only mariadb,downtime,folders,long-rows,stop] [--mb 1024] [--runs 3] [--files 300000]
                 [--file-mb 2048] [--long-rows 100]
                 [--stop mariadb,sqlite,small,large]
Prints figures and asserts nothing. Needs Linux, MariaDB, zstd, about 30 GB in the temporary folder (TMPDIR)
and a quarter of an hour.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'mariadb,downtime,folders,long-rows,stop' },
    mb: { type: 'string', default: '1024' },
    runs: { type: 'string', default: '3' },
    files: { type: 'string', default: '300000' },
    'file-mb': { type: 'string', default: '2048' },
    'long-rows': { type: 'string', default: '100' },
    stop: { type: 'string', default: 'mariadb,sqlite,small,large' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else await untilStopped(stopSignal());

async function untilStopped(signal: AbortSignal): Promise<void> {
  try {
    await run(signal);
  } catch (error) {
    if (error !== signal.reason) throw error;
    console.error('stopped');
    process.exitCode = 130;
  }
}

async function run(signal: AbortSignal): Promise<void> {
  const parts = {
    mariadb: () => benchMariadb({ mb: count(values.mb), runs: count(values.runs), signal }),
    downtime: () =>
      benchDowntime({ tables: [50, 1000], mb: [10, count(values.mb)], runs: count(values.runs), signal }),
    folders: () => benchFolders({ files: count(values.files), fileMb: count(values['file-mb']), signal }),
    stop: () => {
      const systems = values.stop.split(',');
      return benchStop({ mb: count(values.mb), files: count(values.files), systems, signal });
    },
    'long-rows': () => benchLongRows({ longRows: count(values['long-rows']), signal }),
  };
  for (const [name, bench] of Object.entries(parts)) {
    if (values.only.split(',').includes(name)) await bench();
  }
}

/** Ctrl+C ends the program that runs, and with it the bench, which leaves nothing behind. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`not a whole number above 0: ${text}\n${USAGE}`);
  return number;
}
