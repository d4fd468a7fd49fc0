import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { toError } from "../../contract/to-error.ts";
import { dirname, join, resolve } from "node:path";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";

const CONFIG = `# Configuration of Flowlord; \`flowlord config --template toml\` prints every key with its default.
# {config_dir} is the folder of this file.
workflow = "{config_dir}/workflows"
# The zone of schedules that name none.
timezone = "UTC"
# No task is made of a file whose date the template asks for and does not find: an alert says so.
open_tokens = "refuse"

# All state: tasks, alerts, pending work. One file; delete it to start over.
[sqlite]
local_path = "{config_dir}/flowlord.db"

# What runs the tasks of a type. Tokens are filled in from the task, each as one argument, without a shell.
[[worker]]
type = "hello"
exec = ["sh", "{config_dir}/workers/hello.sh", "{info:at}"]
timeout = "1m"
`;

const WORKFLOW = `# A workflow: which tasks are made, and when. \`flowlord check\` says what is wrong with it.
[[phase]]
task = "hello"
# Every ten seconds; "0 5 * * *" is every day at five.
cron = "*/10 * * * * *"
# A tick that comes while the earlier task still runs is skipped.
overlap = "skip"
# What the worker gets: its info.
template = "?at={yyyy}-{mm}-{dd}T{hh}:{min}"
`;

const WORKER = `#!/bin/sh
# One task: what it prints is kept in its log, and exit code 0 means complete.
set -eu
echo "hello, the task is about $1"
`;

/** What \`flowlord init\` writes. */
const FILES: readonly (readonly [path: string, text: string, mode: number])[] = [
  ["flowlord.toml", CONFIG, 0o644],
  ["workflows/hello.toml", WORKFLOW, 0o644],
  ["workers/hello.sh", WORKER, 0o755],
];

/** `flowlord init [DIR]`: a configuration, a workflow and a worker that run at once. */
export function addInit(cli: Cli): void {
  cli
    .localCommand("init [dir]", "Write a flowlord.toml, a workflow and a worker script that run at once.", [
      "flowlord init",
      "flowlord init pipelines",
    ])
    .action(cli.action((dir: string | undefined) => init(cli.context, dir ?? ".")));
}

async function init(context: CliContext, dir: string): Promise<number> {
  const root = resolve(context.cwd, dir);
  const existing = FILES.map(([path]) => path).filter((path) => existsSync(join(root, path)));
  if (existing.length > 0)
    throw new UsageError(`${existing.join(", ")} of ${root} would be overwritten: name another folder.`);
  const written: string[] = [];
  try {
    for (const [path, text, mode] of FILES) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode, flag: "wx" });
      written.push(path);
    }
  } catch (error) {
    // A part of it would be in the way of the next try.
    for (const path of written) rmSync(join(root, path));
    throw new UsageError(`${root} cannot be written: ${toError(error).message}: name another folder.`);
  }
  for (const path of written) context.out(`wrote ${join(dir, path)}`);
  context.out(`Start it: flowlord serve${dir === "." ? "" : ` -c ${asWord(join(dir, "flowlord.toml"))}`}`);
  return 0;
}

/** The path as one word of a shell. */
export function asWord(path: string): string {
  return /^[\w./@%+:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
