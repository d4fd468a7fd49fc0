import { ADMIN } from "../../contract/api/access/grants.ts";
import type { KeyRow } from "../../store/access-store.ts";
import { currentUser } from "../alerts/current-user.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime, spanFrom } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";
import { roleOption } from "./role-option.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

interface ListFlags extends Flags {
  readonly revoked?: true;
}

interface AddFlags extends Flags {
  readonly role: string;
  readonly for: string;
}

const NEVER = "never";

/** `flowlord keys` and the commands below it. */
export function addKeys(cli: Cli): void {
  const group = cli.group("keys", "Keys with which programs use the API: make, list and revoke them.", [
    "flowlord keys list",
    "flowlord keys add deploy --role operator --for 90d",
    "flowlord keys revoke 3",
  ]);
  cli
    .list(group, "List the keys, without the keys themselves.", [
      "flowlord keys list",
      "flowlord keys list --revoked --json",
    ])
    .option("--revoked", "also those that were revoked")
    .option("--json", "one JSON object a line")
    .action(cli.action((own: ListFlags) => keys(cli.context, withGroupFlags(group, own))));
  cli
    .command(
      "add <name>",
      "Make a key, and print it; it is shown this once.",
      [
        "flowlord keys add grafana --role viewer --for never",
        'flowlord keys add load --role "operator on type:load" --for 90d',
      ],
      group,
    )
    .addOption(roleOption("what the key may do").makeOptionMandatory())
    .option("--for <duration>", `how long it works, as in 90d, or ${NEVER} for one without an end`, "90d")
    .option("--json", "one JSON object: id and key")
    .action(cli.action((name: string, own: AddFlags) => addKey(cli.context, name, withGroupFlags(group, own))));
  cli
    .command("revoke", "Revoke a key: it is refused from now on.", ["flowlord keys revoke 3"], group)
    .argument("<id>", "the key", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option("--json", "one JSON object: revoked")
    .action(cli.action((id: number, own: Flags) => revoke(cli.context, id, withGroupFlags(group, own))));
}

async function keys(context: CliContext, flags: ListFlags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ access }) => {
    const rows = await access.keys(flags.revoked === true);
    if (flags.json === true) for (const row of rows) context.out(JSON.stringify(keyJson(row)));
    else if (rows.length === 0) context.out("There are no keys.");
    else context.out(keyTable(rows, target.zone, context));
    return 0;
  });
}

async function addKey(context: CliContext, name: string, flags: AddFlags): Promise<number> {
  const target = await targetOf(flags, context);
  const expiresAt = flags.for === NEVER ? null : spanFrom(context.now(), 1, flags.for, target.zone);
  if (expiresAt === null && flags.for !== NEVER)
    throw new UsageError(`--for: "${flags.for}" is not a valid duration; write it as in 12h or 90d, or ${NEVER}.`);
  const instance = await target.openInstance();
  try {
    const made = await instance.access.addKey({ name, role: flags.role, expiresAt, by: currentUser(), within: ADMIN });
    if (flags.json === true) context.outSecret(JSON.stringify(made));
    else {
      context.outSecret(made.key);
      context.err(context.paint.dim(`key ${made.id}: it is not shown again`));
    }
    return 0;
  } finally {
    await instance.close();
  }
}

async function revoke(context: CliContext, id: number, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    await instance.access.revokeKey(id);
    context.out(flags.json === true ? JSON.stringify({ revoked: id }) : `key ${id} revoked`);
    return 0;
  } finally {
    await instance.close();
  }
}

function keyJson(key: KeyRow): object {
  const { created_at: created, expires_at: expires, used_at: used, revoked_at: revoked, ...rest } = key;
  const times = { expires_at: isoTime(expires), used_at: isoTime(used), revoked_at: isoTime(revoked) };
  return { ...rest, created_at: isoTime(created), ...times };
}

function keyTable(rows: readonly KeyRow[], zone: string, context: CliContext): string {
  const { paint, width } = context;
  const now = context.now();
  const time = (ms: number | null): string => (ms === null ? NEVER : localTime(ms, zone));
  const cells = rows.map((key) => [
    { text: String(key.id), paint: paint.dim },
    { text: key.name, paint: paint.bold },
    { text: `${key.beginning}…` },
    { text: key.role },
    { text: time(key.used_at) },
    { text: endOf(key, now) ?? time(key.expires_at) },
    { text: key.created_by },
  ]);
  return table(["ID", "KEY", "BEGINS", "ROLE", `LAST USED (${zone})`, "ENDS", "MADE BY"], cells, width);
}

/** Null: it works. */
function endOf({ revoked_at: revoked, expires_at: expires }: KeyRow, now: number): string | null {
  if (revoked !== null) return "revoked";
  return expires !== null && expires <= now ? "expired" : null;
}
