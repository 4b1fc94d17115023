import * as z from 'zod';

const path = z.string().min(1).max(4096);

/** What an archive tells of the machine around the system: names only, nothing of it is restored. */
export const machineFacts = z.object({
  /** `Debian GNU/Linux 12 (bookworm)`; as the system calls itself. */
  os: z.string().max(200),
  timeZone: z.string().max(100),
  /** Files of the machine's own configuration (services, timers, web server ...) in which the system's folder stands. */
  mentions: z.array(path).max(500),
  /** Certificates that were added to the machine's own store. */
  certificates: z.array(path).max(500),
  /** Files that hold rules of a firewall. */
  firewall: z.array(path).max(500),
});

export type MachineFacts = z.infer<typeof machineFacts>;
