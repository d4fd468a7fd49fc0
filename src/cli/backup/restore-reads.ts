import {
  heldMessagesAnswer,
  restoreAnswer,
  type HeldMessageJson,
  type RestoreAnswer,
} from "../../contract/api/instance/restore-api.ts";
import type { LocalParts } from "../reads/local-parts.ts";
import type { ApiClient } from "../remote/api-client.ts";
import { pagesOf } from "../remote/pages.ts";

/** What a restore to an earlier time holds. */
export interface RestoreReads {
  status(): Promise<RestoreAnswer>;
  /** By topic. */
  messages(number: number): Promise<readonly HeldMessageJson[]>;
}

export function localRestore({ zone, now, open }: LocalParts): RestoreReads {
  return {
    status: async () => {
      const { restoreHere } = await import("../../app/care/held-after-restore.ts");
      return await restoreHere(await open(), { zone, now: now() });
    },
    messages: async (number) => {
      const { heldMessagesHere } = await import("../../app/care/held-after-restore.ts");
      return await heldMessagesHere(await open(), number);
    },
  };
}

export function remoteRestoreReads(client: ApiClient): RestoreReads {
  return {
    status: () => client.get("/api/restore", restoreAnswer),
    messages: async (number) => {
      const asked = { query: {}, number };
      return (await pagesOf(client, "/api/restore/messages", heldMessagesAnswer, asked, ({ messages }) => messages))
        .rows;
    },
  };
}
