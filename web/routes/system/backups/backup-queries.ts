import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { backUpAnswer, BackupJson, backupsAnswer } from "../../../../src/contract/api/instance/backup-api.ts";
import type { RestoreAnswer } from "../../../../src/contract/api/instance/restore-api.ts";
import { change, get } from "../../../services/api.ts";

export type BackupsAnswer = z.output<typeof backupsAnswer>;
export type Backup = BackupJson;

/** The last weeks at once: the list and the slots show the same. Asked again quickly while one is being made. */
export const backupsQuery = queryOptions({
  queryKey: ["backups", "list"],
  queryFn: ({ signal }) => get<BackupsAnswer>("/api/backups", { limit: 200 }, signal),
  refetchInterval: ({ state }) => (state.data?.backups.some((one) => one.state === "running") === true ? 700 : 30_000),
});

export const restoreQuery = queryOptions({
  queryKey: ["health", "restore"],
  queryFn: ({ signal }) => get<RestoreAnswer>("/api/restore", {}, signal),
  refetchInterval: ({ state }) => (state.data?.deciding === true ? 700 : 60_000),
});

export function backUpNow(): Promise<z.output<typeof backUpAnswer>> {
  return change("POST", "/api/backup", {});
}
