import { cutText } from "../../contract/cut-text.ts";
import type { AuditRow } from "../../store/access-store.ts";
import { integerBetween, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime } from "../output/times.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly before?: number;
  readonly who?: string;
  readonly json?: true;
}

/** Characters of what was asked for that the table shows. */
const SHOWN = 300;

/** `flowlord audit` */
export function addAudit(cli: Cli): void {
  cli
    .command("audit", "Show what people and keys changed, and logins, newest first.", [
      "flowlord audit",
      "flowlord audit --who ada -n 50",
      "flowlord audit --json | jq -r .act",
    ])
    .option("-n, --number <count>", "how many", integerBetween(1, 10_000), 20)
    .option("--before <id>", "only entries older than this one", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option("--who <name>", 'only what this user or key did, as in ada or "key deploy"')
    .option("--json", "one JSON object a line")
    .action(cli.action((flags: Flags) => audit(cli.context, flags)));
}

async function audit(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ access }) => {
    const { who = null, before = null, number: limit } = flags;
    const rows = await access.audit({ who, before, limit });
    if (flags.json === true) for (const row of rows) context.out(JSON.stringify(auditJson(row)));
    else if (rows.length === 0) context.out("The audit log has no such entries.");
    else context.out(auditTable(rows, target.zone, context));
    return 0;
  });
}

function auditJson({ at, before, after, ...entry }: AuditRow): object {
  const parsed = (json: string | null): unknown => (json === null ? null : JSON.parse(json));
  return { ...entry, at: isoTime(at), before: parsed(before), after: parsed(after) };
}

function auditTable(rows: readonly AuditRow[], zone: string, { paint, width }: CliContext): string {
  const cells = rows.map(({ id, at, who, via, address, act, target, outcome, after }) => [
    { text: String(id), paint: paint.dim },
    { text: localTime(at, zone) },
    { text: who, paint: paint.bold },
    { text: address === "" ? via : `${via} ${address}` },
    { text: outcome === "done" ? act : `${act} (refused)` },
    { text: cutText([target, after ?? ""].filter((text) => text !== "").join(" "), SHOWN) },
  ]);
  return table(["ID", `AT (${zone})`, "WHO", "FROM", "ACT", "WHAT"], cells, width);
}
