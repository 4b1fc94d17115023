/** What somebody may do; each may do what those before it may. An archive holds every key and password of a system. */
export const ROLES = ['viewer', 'operator', 'administrator'] as const;

export type Role = (typeof ROLES)[number];
