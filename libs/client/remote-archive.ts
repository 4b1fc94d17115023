import * as z from 'zod';

/** An archive as a service lists it, as far as fetching it goes. */
export const remoteArchive = z.object({
  file: z
    .string()
    .regex(/^[^/\\\0]{1,255}$/)
    .refine((name) => !name.startsWith('.') && name.endsWith('.zip')),
  bytes: z.int().nonnegative(),
  state: z.string(),
  own: z.boolean(),
  startedAt: z.string().optional(),
  systemId: z.string().optional(),
  /** Of the whole file; a service that lost its summary does not know it until it verifies the archive. */
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
});

export type RemoteArchive = z.infer<typeof remoteArchive>;
