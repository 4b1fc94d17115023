import { verifyArchive } from '#archive/verify-archive.ts';
import { ERRORS } from '#platform/errors.ts';
import type { CommandContext } from '#terminal/command-context.ts';
import { showProgress } from '#terminal/show-progress.ts';
import { openLocalArchive } from '../open-local-archive.ts';
import { recordVerify } from '../record-verify.ts';

/** `lifeboat-restore verify ARCHIVE`: reads all of it and compares every hash; a dated report per item (FD-30). */
export async function verify(context: CommandContext, path: string): Promise<number> {
  const display = showProgress(context);
  const report = await recordVerify(context, path, async () => {
    await using archive = await openLocalArchive(path, context.signal);
    return await verifyArchive(archive, {
      signal: context.signal,
      onProgress: display.onProgress,
      depth: 'contents',
    });
  });
  display.clear();
  const at = context.clock.now().toString({ smallestUnit: 'second' });
  const { stdout } = context;
  if (context.json) {
    stdout.write(`${JSON.stringify({ at, archive: path, ...report })}\n`);
  } else {
    for (const item of report.items) {
      if (!context.quiet)
        stdout.write(`  ${item.result.padEnd(11)} ${item.item}  ${item.detail ?? ''}`.trimEnd().concat('\n'));
    }
    const verdict = report.good
      ? `done: ${path} is whole`
      : `failed: ${path} is damaged; do not restore from it`;
    stdout.write(`verify ${verdict} (${at})\n`);
  }
  return report.good ? 0 : ERRORS['archive-damaged'].exit;
}
