import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { auditAnswer, auditHoursAnswer } from "../../../../../src/contract/api/access/access-api.ts";
import { saveFile } from "../../../../services/files/save-file.ts";
import { get } from "../../../../services/api.ts";

type AuditAnswer = z.output<typeof auditAnswer>;
export type AuditEntry = AuditAnswer["audit"][number];
export type AuditHours = z.output<typeof auditHoursAnswer>;

export interface AuditAsked {
  readonly who: string | null;
  readonly outcome: "done" | "refused" | null;
  readonly text: string | null;
  /** RFC 3339, as `to`. */
  readonly from: string | null;
  readonly to: string | null;
}

const PAGE = 50;

/** The newest first, page by page. */
export function auditQuery(asked: AuditAsked) {
  return infiniteQueryOptions({
    queryKey: ["access", "audit", asked],
    queryFn: ({ pageParam, signal }) =>
      get<AuditAnswer>("/api/audit", { ...asked, limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
  });
}

export function auditHoursQuery(from: number, to: number) {
  return queryOptions({
    queryKey: ["access", "audit-hours", from, to],
    queryFn: ({ signal }) =>
      get<AuditHours>(
        "/api/audit/hours",
        { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
        signal,
      ),
    refetchInterval: 60_000,
  });
}

/** Most entries of one file. */
const EXPORTED_MAX = 10_000;

/** What is found, a line of JSON an entry, as a file. Returns whether it is all. */
export async function exportAudit(asked: AuditAsked): Promise<boolean> {
  const lines: string[] = [];
  let cursor: string | null = null;
  do {
    const page: AuditAnswer = await get<AuditAnswer>("/api/audit", { ...asked, limit: 500, cursor });
    for (const entry of page.audit) lines.push(JSON.stringify(entry));
    cursor = page.pagination.next_cursor;
  } while (cursor !== null && lines.length < EXPORTED_MAX);
  saveFile("audit.ndjson", "application/x-ndjson", `${lines.join("\n")}\n`);
  return cursor === null;
}
