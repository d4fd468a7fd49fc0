import type { KeyRow, UserRow } from "../../store/access-store.ts";
import type { AccessReads } from "./access-reads.ts";
import type { LocalParts } from "./local-parts.ts";

/** Rows of one page. */
const PAGE = 500;

export function localAccess({ open }: LocalParts): AccessReads {
  return {
    users: async () => {
      const { access } = await open();
      return await all<UserRow>((after) => access.users({ after, limit: PAGE }));
    },
    keys: async (isRevokedToo) => {
      const { access } = await open();
      return await all<KeyRow>((after) => access.keys({ after, limit: PAGE, isRevokedToo }));
    },
    audit: async (query) => await (await open()).access.audit(query),
  };
}

async function all<Row extends { readonly id: number }>(
  read: (after: number) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let page = await read(0); page.length > 0; page = await read(rows.at(-1)?.id ?? 0)) rows.push(...page);
  return rows;
}
