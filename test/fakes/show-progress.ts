/** A program that shows a made-up run on its standard error, for a terminal and for a pipe. */
import { showProgress } from '#terminal/show-progress.ts';
import { settableClock } from './settable-clock.ts';

const clock = settableClock();
const json = process.argv.includes('--json');
const quiet = process.argv.includes('--quiet');
const display = showProgress({ stderr: process.stderr, json, quiet, clock });
const total = 2_000_000_000;
for (let percent = 0; percent <= 100; percent += 5) {
  display.onProgress({ stage: 'writing', item: 'mariadb/main/ac', done: (total * percent) / 100, total });
  clock.pass(1);
}
for (let percent = 0; percent <= 100; percent += 50) {
  display.onProgress({ stage: 'verifying', item: 'a\u001b[2J\nb', done: (total * percent) / 100, total });
  clock.pass(1);
}
display.clear();
process.stdout.write('backup done\n');
