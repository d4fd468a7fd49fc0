import type { WatchedFiles } from "../../watched-files.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** The port's methods on the tables. */
export function watchedFiles({ files }: Tables, writer: Writer, now: () => number): WatchedFiles {
  return {
    fingerprint: async (path) => files.fingerprint(path),
    fingerprints: async (paths) => paths.map((path) => files.fingerprint(path)),
    follow: async (from, to) => writer.transaction(() => files.follow(from, to)),
    mark: async (entries) => {
      const at = now();
      writer.transaction(() => entries.forEach((entry) => files.mark(entry.path, entry.fingerprint, at)));
    },
  };
}
