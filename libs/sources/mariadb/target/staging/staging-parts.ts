import type { ComponentRecord } from '../../../source.ts';
import type { MariadbServer } from '../../connect.ts';

export interface StagingParts {
  /** The server's section, for messages. */
  name: string;
  server: MariadbServer;
  /** The databases of the set, in the order in which they are numbered. */
  records: readonly ComponentRecord[];
  run: string;
  localInfile: 'refuse' | 'switch-on' | 'insert';
  /** Told of something a person should know. */
  note: (text: string) => void;
}
