import { startMssql } from './start-mssql.ts';

/**
 * The test server as a program, to be looked at by hand: prints how to sign in, serves until its input ends or it is
 * interrupted. `node test/engines/mssql/run-server.ts [required|on|login-only|not-supported]`
 */
const mode = process.argv[2] ?? 'not-supported';
if (mode !== 'required' && mode !== 'on' && mode !== 'login-only' && mode !== 'not-supported') {
  throw new Error(`no such encryption: ${mode}`);
}
await using server = await startMssql({
  encryption: mode,
  logins: [{ name: 'demo', password: 'demo', roles: ['sysadmin'] }],
});
await server.sql('CREATE DATABASE shop');
await server.sql(
  "CREATE TABLE items (id int PRIMARY KEY, label nvarchar(50)); INSERT INTO items VALUES (1, N'one')",
  'shop',
);
console.log(`tsql -H ${server.host} -p ${server.port} -U demo -P demo`);
console.log(`its folder is ${server.folder}`);
await new Promise((resolve) => {
  process.stdin.on('end', resolve).resume();
  process.once('SIGINT', resolve);
});
