import {
  backUpAnswer,
  backUpRequest,
  backupAnswer,
  backupParams,
  backupsAnswer,
  backupsQuery,
} from "../../contract/api/instance/backup-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { backupJson, continuousJson } from "../../engine/backup/backup-json.ts";
import { askedPage, paginationOf, totalSeen } from "../api/cursor.ts";
import { route } from "../api/route.ts";
import { timeText } from "../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/backups",
    summary: "Backups of the database, the newest first.",
    role: "viewer",
    query: backupsQuery,
    answer: backupsAnswer,
    async handle({ query }, { reads, acts }) {
      const page = askedPage(query.cursor, query);
      const [startedAt, id] = Array.isArray(page.after) ? page.after : [];
      const before = typeof startedAt === "number" && typeof id === "string" ? { startedAt, id } : null;
      const found = await reads.backups.list({ limit: query.limit + 1, before, state: query.state ?? null });
      const rows = found.slice(0, query.limit);
      const last = rows.at(-1);
      const end = found.length > rows.length && last !== undefined ? [last.started_at, last.id] : null;
      const status = acts.backups === null ? null : await acts.backups.status();
      return {
        backups: rows.map((row) => backupJson(row, status)),
        next_at: timeText(status?.nextAt ?? null),
        continuous: status === null || status.continuous === null ? null : continuousJson(status.continuous),
        pagination: paginationOf(page, query, end, totalSeen(page, query.limit, found.length)),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/backups/{id}",
    summary: "A backup, and how far it is while it is made.",
    role: "viewer",
    params: backupParams,
    answer: backupAnswer,
    async handle({ params }, { reads, acts }) {
      const row = await reads.backups.one(params.id);
      if (row === null)
        throw new DomainError("not_found", "unknown_backup", "There is no such backup: GET /api/backups lists them.");
      return { backup: backupJson(row, acts.backups === null ? null : await acts.backups.status()) };
    },
  }),
  route({
    method: "POST",
    path: "/api/backup",
    summary: "Make a backup now. Answers when it has begun.",
    role: "operator",
    body: backUpRequest,
    answer: backUpAnswer,
    status: 202,
    async handle(_, { acts }) {
      if (acts.backups !== null) return await acts.backups.byHand();
      throw new DomainError("invalid", "no_backup_path", "No place for backups is configured: set sqlite.backup_path.");
    },
  }),
];
