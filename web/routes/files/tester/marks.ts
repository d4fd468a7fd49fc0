import type { z } from "zod";
import type { matchFilesAnswer } from "../../../../src/contract/api/files/file-list-api.ts";

export type MatchAnswer = z.output<typeof matchFilesAnswer>;
type TestedFile = Pick<MatchAnswer["matches"][number], "id" | "path" | "received_at">;

/** `same`: both patterns match it; `new`: only the one that is tried; `lost`: only the one in force. */
export interface Tested {
  readonly mark: "same" | "new" | "lost";
  readonly file: TestedFile;
}

interface Matches {
  readonly matched: number;
  readonly matches: readonly TestedFile[];
}

/** The newest first. Answers name only the newest matches: as far as both reach, they can be compared. */
export function marksOf(tried: Matches, inForce: Matches | null): readonly Tested[] {
  if (inForce === null) return tried.matches.map((file) => ({ mark: "same", file }));
  const oldest = Math.max(endOf(tried), endOf(inForce));
  const [own, others] = [new Set(idsOf(tried)), new Set(idsOf(inForce))];
  const all = new Map([...tried.matches, ...inForce.matches].map((file) => [file.id, file]));
  return [...all.values()]
    .filter(({ id }) => id >= oldest)
    .toSorted((a, b) => b.id - a.id)
    .map((file) => ({ mark: !others.has(file.id) ? "new" : own.has(file.id) ? "same" : "lost", file }));
}

function idsOf({ matches }: Matches): readonly number[] {
  return matches.map(({ id }) => id);
}

/** The oldest file that the answer tells of. */
function endOf({ matched, matches }: Matches): number {
  return matches.length < matched ? (matches.at(-1)?.id ?? 0) : 0;
}

/** Those whose path agrees behind its scheme: the rest stopped where every path does. */
export function nearOf(misses: MatchAnswer["near_misses"]): MatchAnswer["near_misses"] {
  return misses.filter(({ path, path_at: at }) => at > (/^[a-z0-9]+:\/\//i.exec(path)?.[0].length ?? 1));
}

/** As it stands in a rule, where `&` parts the keys. */
export function ruleText(language: "files" | "files_glob", pattern: string): string {
  return `${language}=${pattern.replaceAll(/[%&+;]/g, encodeURIComponent)}`;
}
