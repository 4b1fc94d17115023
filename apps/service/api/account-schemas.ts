import * as z from 'zod';

export const accountName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@ -]{0,63}$/u);

/** At the service's own address: which tenant's it is; null: the service's. At a tenant's address always that one's. */
export const tenantId = z
  .string()
  .min(1)
  .max(64)
  .nullable()
  .optional()
  .describe("id of a tenant; null or absent: the service's own, or that of the address");
