/** A file that arrived, read from plain stats or from a Google Cloud Storage notification. */
export interface FileEvent {
  path: string;
  size: number;
  linecnt: number;
  bytecnt: number;
  checksum: string;
  /** Milliseconds since 1970 (UTC); null when absent or no time. */
  created: number | null;
  isDir: boolean;
  files: number;
  /** Only of a storage notification. */
  bucket: string;
  etag: string;
  generation: string;
}
