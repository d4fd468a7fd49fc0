/** What the address says of the list of files. */
interface FilesSearch {
  /** Only paths like this; `*` stands for any characters. */
  readonly path?: string;
}

export function readSearch({ path }: Record<string, unknown>): FilesSearch {
  return typeof path === "string" && path !== "" ? { path } : {};
}
