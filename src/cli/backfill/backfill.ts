import type { Cli } from "../cli.ts";
import { addBackfillChanges } from "./backfill-changes.ts";
import { addBackfillCreate } from "./backfill-create.ts";
import { addBackfillList, addBackfillShow } from "./backfill-list.ts";

/** `flowlord backfill` and the commands below it. */
export function addBackfill(cli: Cli): void {
  const group = cli.group("backfill", "Backfills: create the tasks of past times, and follow them.", [
    "flowlord backfill load:daily --from 2026-01-01 --to 2026-01-31",
    "flowlord backfill load:daily --from 2026-01-01 --to 2026-01-31 --execute --yes",
    "flowlord backfill list",
    "flowlord backfill show 3 --follow",
    "flowlord backfill retry-failed 3",
  ]);
  addBackfillCreate(cli, group);
  addBackfillList(cli, group);
  addBackfillShow(cli, group);
  addBackfillChanges(cli, group);
}
