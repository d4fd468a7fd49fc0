import type { Command } from "commander";
import type { UserRow } from "../../store/access-store.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import type { Instance } from "../instance-acts.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime } from "../output/times.ts";
import { newPassword } from "./new-password.ts";
import { roleOption } from "./role-option.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

interface PasswordFlags extends Flags {
  readonly passwordStdin?: true;
}

/** `flowlord users` and the commands below it. */
export function addUsers(cli: Cli): void {
  const group = cli.group("users", "Users of the API: add them, give them roles and passwords, disable them.", [
    "flowlord users list",
    "flowlord users add ada --role admin",
    "flowlord users disable ada",
  ]);
  cli
    .list(group, "List the users.", ["flowlord users list", "flowlord users list --json"])
    .option("--json", "one JSON object a line")
    .action(cli.action((own: Flags) => users(cli.context, withGroupFlags(group, own))));
  const password = (command: Command): Command =>
    command
      .option(
        "--password-stdin",
        "read the password from the first line of standard input (default: make one, and print it)",
      )
      .option("--json", "one JSON object: the user, and the password that was made");
  const add = cli
    .command(
      "add <name>",
      "Add a user; the first must be an admin.",
      [
        "flowlord users add ada --role admin",
        'flowlord users add bo --role "viewer; operator on workflow:sales/*" --password-stdin < password.txt',
      ],
      group,
    )
    .addOption(roleOption("what the user may do").makeOptionMandatory());
  password(add).action(
    cli.action(async (name: string, own: PasswordFlags & { readonly role: string }) => {
      const made = await newPassword(own.passwordStdin === true, cli.context);
      return change(
        cli.context,
        withGroupFlags(group, own),
        made.isMade ? made.password : null,
        async ({ access }) => ({
          after: await access.addUser({ name, role: own.role, password: made.password }),
        }),
      );
    }),
  );
  const set = cli.command(
    "password <name>",
    "Give a user another password; it ends the user's sessions.",
    ["flowlord users password ada", "flowlord users password ada --password-stdin < password.txt"],
    group,
  );
  password(set).action(
    cli.action(async (name: string, own: PasswordFlags) => {
      const made = await newPassword(own.passwordStdin === true, cli.context);
      return change(cli.context, withGroupFlags(group, own), made.isMade ? made.password : null, ({ access }) =>
        access.changeUser(name, { password: made.password }),
      );
    }),
  );
  cli
    .command(
      "role <name>",
      "Give a user another role, from the next request on.",
      ["flowlord users role bo --role operator"],
      group,
    )
    .addOption(roleOption("what the user may do from now on").makeOptionMandatory())
    .option("--json", "one JSON object: the user")
    .action(
      cli.action((name: string, own: Flags & { readonly role: string }) =>
        change(cli.context, withGroupFlags(group, own), null, ({ access }) =>
          access.changeUser(name, { role: own.role }),
        ),
      ),
    );
  const able = (verb: "disable" | "enable", summary: string): void => {
    cli
      .command(`${verb} <name>`, summary, [`flowlord users ${verb} bo`], group)
      .option("--json", "one JSON object: the user")
      .action(
        cli.action((name: string, own: Flags) =>
          change(cli.context, withGroupFlags(group, own), null, ({ access }) =>
            access.changeUser(name, { disabled: verb === "disable" }),
          ),
        ),
      );
  };
  able("disable", "Let a user log in no more, and end the user's sessions.");
  able("enable", "Let a disabled user log in again.");
}

async function users(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ access }) => {
    const rows = await access.users();
    if (flags.json === true) for (const row of rows) context.out(JSON.stringify(userJson(row)));
    else if (rows.length === 0)
      context.out("There are no users: whoever reaches the server of this machine is an admin.");
    else context.out(userTable(rows, target.zone, context));
    return 0;
  });
}

/** `password`: one that was made here, and is shown this once. */
async function change(
  context: CliContext,
  flags: Flags,
  password: string | null,
  act: (instance: Instance) => Promise<{ readonly after: UserRow }>,
): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const { after: user } = await act(instance);
    if (flags.json === true)
      context.outSecret(JSON.stringify({ ...userJson(user), ...(password === null ? {} : { password }) }));
    else {
      context.out(`${user.name}: ${user.role}${user.disabled_at === null ? "" : ", disabled"}`);
      if (password !== null) context.outSecret(`password: ${password}`);
    }
    return 0;
  } finally {
    await instance.close();
  }
}

function userJson({ created_at: created, last_login_at: login, disabled_at: disabled, ...user }: UserRow): object {
  return { ...user, created_at: isoTime(created), last_login_at: isoTime(login), disabled_at: isoTime(disabled) };
}

function userTable(rows: readonly UserRow[], zone: string, { paint, width }: CliContext): string {
  const cells = rows.map((user) => [
    { text: user.name, paint: paint.bold },
    { text: user.disabled_at === null ? user.role : `${user.role}, disabled` },
    { text: user.last_login_at === null ? "never" : localTime(user.last_login_at, zone) },
    { text: localTime(user.created_at, zone) },
  ]);
  return table(["USER", "ROLE", `LAST LOGIN (${zone})`, "ADDED"], cells, width);
}
