import { hostname, networkInterfaces } from 'node:os';

/** By name or address; a container behind a port of this machine is found out by a proof. */
export function isThisMachine(host: string): boolean {
  const name = host.toLowerCase();
  if (['localhost', '.', '(local)', '::1', hostname().toLowerCase()].includes(name)) return true;
  if (/^127(\.\d+){3}$/.test(name)) return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address.toLowerCase() === name),
  );
}
