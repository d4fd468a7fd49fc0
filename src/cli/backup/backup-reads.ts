import { backupsAnswer, type BackupJson } from "../../contract/api/instance/backup-api.ts";
import type { LocalParts } from "../reads/local-parts.ts";
import type { ApiClient } from "../remote/api-client.ts";
import { pagesOf } from "../remote/pages.ts";

/** Without how far it is, which only the process that makes it knows. */
export type ShownBackup = Omit<BackupJson, "progress">;

export interface BackupReads {
  /** Newest first. */
  list(number: number): Promise<readonly ShownBackup[]>;
}

export function localBackups({ open }: LocalParts): BackupReads {
  return {
    list: async (number) => {
      const { knownBackups } = await import("../../app/backup/backups-here.ts");
      return (await knownBackups(await open(), number)).map(shown);
    },
  };
}

export function remoteBackups(client: ApiClient): BackupReads {
  return {
    list: async (number) => {
      const asked = { query: {}, number };
      const { rows } = await pagesOf(client, "/api/backups", backupsAnswer, asked, ({ backups }) => backups);
      return rows.map(shown);
    },
  };
}

export function shown(backup: BackupJson): ShownBackup {
  const { progress: _, ...rest } = backup;
  return rest;
}
