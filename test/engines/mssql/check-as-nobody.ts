import { text } from 'node:stream/consumers';
import { systemClock } from '#platform/clock.ts';
import { mssqlSource } from '#sources/mssql/mssql-source.ts';

/** Prints the report of a source for the server that stands on the standard input. Run by a test as another account. */
const { port, user, password, staging } = JSON.parse(await text(process.stdin));
const source = mssqlSource({
  name: 'main',
  server: { address: { host: '127.0.0.1', port }, user, password: async () => password, tls: undefined },
  databases: [],
  importance: 'normal',
  staging,
  stallMs: 3000,
  conf: '/etc/lifeboat/sysbackup.conf',
  clock: systemClock(),
  seenMs: 400,
});
process.stdout.write(JSON.stringify(await source.check(AbortSignal.timeout(20_000))));
