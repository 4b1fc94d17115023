import { text } from 'node:stream/consumers';
import { systemClock } from '#platform/clock.ts';
import { connectMssql } from '#sources/mssql/connect.ts';
import { mssqlSource } from '#sources/mssql/mssql-source.ts';

const NOBODY = 65_534;

/** Prints the report of a source for the server that stands on the standard input, as nobody sees it. */
const { port, user, password, staging } = JSON.parse(await text(process.stdin));
const server = { address: { host: '127.0.0.1', port }, user, password: async () => password, tls: undefined };
const limit = AbortSignal.timeout(20_000);
const source = mssqlSource({
  name: 'main',
  server,
  databases: [],
  importance: 'normal',
  staging,
  stallMs: 3000,
  conf: '/etc/lifeboat/sysbackup.conf',
  clock: systemClock(),
  seenMs: 400,
});
// All code is loaded before: it may lie where nobody must not look.
await (await connectMssql(server, limit)).close();
process.setgroups?.([]);
process.setgid?.(NOBODY);
process.setuid?.(NOBODY);
process.stdout.write(JSON.stringify(await source.check(limit)));
