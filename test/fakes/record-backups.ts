/** A program that records backups of one system, one after another: FOLDER NAME COUNT */
import { recordedSite } from './recorded-site.ts';

const [folder, name, count] = process.argv.slice(2) as [string, string, string];
const { parts, run } = recordedSite(folder, name);
for (let i = 0; i < Number(count); i += 1) {
  const { number } = await parts.history.next([]);
  await run(parts, number);
}
