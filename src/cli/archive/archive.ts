import type { Cli } from "../cli.ts";
import { addArchiveList } from "./archive-list.ts";
import { addArchiveQuery } from "./archive-query.ts";
import { addArchiveVerify } from "./archive-verify.ts";

/** `flowlord archive` and the commands below it. */
export function addArchive(cli: Cli): void {
  const group = cli.group("archive", "Rows that retention has deleted: list, query and check them in the archive.", [
    "flowlord archive list",
    "flowlord archive query 'SELECT type, count(*) FROM task_records GROUP BY 1'",
    "flowlord archive verify",
  ]);
  addArchiveList(cli, group);
  addArchiveQuery(cli, group);
  addArchiveVerify(cli, group);
}
