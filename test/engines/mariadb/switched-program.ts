/**
 * What another process does with a record, weeks later: `goBack`, `reverse`, `forget`, `look` or `kept`, from a line of
 * JSON on standard input; prints what it resolved with.
 */
import { text } from 'node:stream/consumers';
import { switchedMariadb } from '#sources/mariadb/target/switch/switched-mariadb.ts';
import type { RestoreLog, SwitchRecord } from '#sources/restore-target.ts';

interface Order {
  verb: 'goBack' | 'reverse' | 'forget' | 'look' | 'kept';
  record: SwitchRecord;
  port: number;
  user: string;
  password: string;
  stateFolder: string;
}

const order = JSON.parse(await text(process.stdin)) as Order;
const { signal } = new AbortController();
const log: RestoreLog = { before: async () => undefined, done: async () => undefined };
await using target = switchedMariadb(order.record, {
  server: {
    address: { host: '127.0.0.1', port: order.port },
    user: order.user,
    password: async () => order.password,
  },
  stateFolder: order.stateFolder,
});
const result = order.verb === 'goBack' ? await target.goBack(log, signal) : await target[order.verb](signal);
console.log(JSON.stringify(result ?? null));
