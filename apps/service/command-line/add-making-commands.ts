import type { Command } from 'commander';
import type { BackupRequest } from '#backup/backup-parts.ts';
import { LifeboatError } from '#platform/errors.ts';
import type { ChosenCommand } from '#terminal/command-context.ts';
import { forAll } from './for-all.ts';
import { noteText } from './note-text.ts';
import { wholeNumber } from './whole-number.ts';

const keepCount = wholeNumber(1, 100, '1 to 100 archives can be kept');
const minutes = wholeNumber(1, 10_080, 'an interval is 1 to 10080 minutes');

/** The commands that make archives, here or of another machine. */
export function addMakingCommands(program: Command, choose: (command: ChosenCommand) => void): void {
  program
    .command('backup')
    .description('make an archive now')
    .option('--before-update', 'keep it from the rotation until "lifeboat release"')
    .option('--note <text>', 'why it is kept, for the list', noteText)
    .option('--force', 'make it even if nothing has changed (only_if_changed)')
    .option(
      '--server <url>',
      'let the lifeboat service of another machine make it; needs --token-file and --copy-to',
    )
    .option('--token-file <file>', 'file with a token of that service')
    .option('--copy-to <folder>', 'where its archive is copied to')
    .action((options: BackupOptions) =>
      choose(async (context) => {
        const request = requestOf(options);
        const remote = remoteOf(options);
        return remote === undefined
          ? (await import('../commands/backup.ts')).backup(context, request)
          : (await import('../commands/backup-on-server.ts')).backupOnServer(context, request, remote);
      }),
    );
  program
    .command('pull')
    .description('fetch the archives of another machine that are not here yet')
    .requiredOption('--server <url>', 'address of its lifeboat service')
    .requiredOption('--token-file <file>', 'file with a token of that service (administrator)')
    .requiredOption('--to <folder>', 'folder for the copies; it must exist')
    .option('--keep <count>', 'how many are kept here', keepCount, 7)
    .option('--every <minutes>', 'again at this interval, until stopped', minutes)
    .action((options: { server: string; tokenFile: string; to: string; keep: number; every?: number }) =>
      choose(async (context) =>
        (await import('../commands/pull.ts')).pull(forAll(context), { ...options, every: options.every }),
      ),
    );
}

interface BackupOptions {
  server?: string;
  tokenFile?: string;
  copyTo?: string;
  beforeUpdate?: boolean;
  note?: string;
  force?: boolean;
}

function requestOf({ beforeUpdate, note, force }: BackupOptions): BackupRequest {
  if (note !== undefined && !beforeUpdate) {
    throw new LifeboatError('usage', '--note is for an archive that is kept', {
      hint: 'add --before-update',
    });
  }
  return {
    force: force ?? false,
    ...(beforeUpdate ? { pin: note === undefined ? {} : { note } } : {}),
  };
}

function remoteOf({ server, tokenFile, copyTo }: BackupOptions) {
  if (server === undefined && tokenFile === undefined && copyTo === undefined) return undefined;
  if (server !== undefined && tokenFile !== undefined && copyTo !== undefined)
    return { server, tokenFile, copyTo };
  throw new LifeboatError('usage', '--server, --token-file and --copy-to belong together');
}
