/** A password is never in memory longer than needed and never in argv: by file or environment variable. */
export type SecretSource = { from: 'file'; file: string } | { from: 'environment'; variable: string };
