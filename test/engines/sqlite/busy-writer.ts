/**
 * An application that moves money between accounts every few milliseconds: DATABASE JOURNAL-MODE. In one
 * transaction it changes two balances, adds a row and counts it, so every state of the database can be told
 * from a torn one. Prints `ready` after its first commits; told `stop` on its input, how many it made.
 */
import { DatabaseSync } from 'node:sqlite';

const [path, journalMode] = process.argv.slice(2) as [string, string];
const database = new DatabaseSync(path, { timeout: 10_000 });
database.exec(`PRAGMA journal_mode = ${journalMode}; PRAGMA synchronous = OFF`);
const take = database.prepare('UPDATE account SET balance = balance - ? WHERE id = ?');
const give = database.prepare('UPDATE account SET balance = balance + ? WHERE id = ?');
const write = database.prepare('INSERT INTO transfer (giver, taker, amount, text) VALUES (?, ?, ?, ?)');
const count = database.prepare('UPDATE counter SET transfers = transfers + 1');

let commits = 0;
setInterval(() => {
  const [giver, taker, amount] = [1 + (commits % 50), 1 + ((commits * 7) % 50), commits % 13];
  database.exec('BEGIN IMMEDIATE');
  take.run(amount, giver);
  give.run(amount, taker);
  write.run(giver, taker, amount, 'x'.repeat(commits % 400));
  count.run();
  database.exec('COMMIT');
  commits += 1;
  if (commits === 20) process.stdout.write('ready\n');
}, 3);
process.stdin.on('data', () => {
  process.stdout.write(`${commits}\n`);
  process.exit();
});
