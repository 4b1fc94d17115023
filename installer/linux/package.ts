/** A file of a Debian package. */
export interface PackagedFile {
  /** Absolute, as it is installed. */
  path: string;
  /** Its bytes, or the file to copy. */
  content: string | Uint8Array | { copy: string };
  /** 0o644 if not given. */
  mode?: number;
}

export interface DebianPackage {
  name: string;
  /** First line: what it is; further ones: the long description. */
  description: readonly string[];
  /** Fields of the control file beside name, version, architecture and description. */
  fields: Readonly<Record<string, string>>;
  /** Maintainer scripts by name (postinst ...). */
  scripts: Readonly<Record<string, string>>;
  files: readonly PackagedFile[];
}
