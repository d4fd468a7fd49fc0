import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { freePort, Place, type Process, ROOT } from "../e2e/flowlord.ts";

export interface Served {
  readonly url: string;
  readonly place: Place;
  readonly server: Process;
}

/** `flowlord serve` on a free port of this machine, with these files beside its configuration. */
export async function serve(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  config: string,
  port?: number,
): Promise<Served> {
  const own = port ?? (await freePort());
  const place = new Place(t, { ...files, "flowlord.toml": `status_port = ${own}\n${config}` });
  const server = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await server.says("Ctrl-C");
  return { url: `http://127.0.0.1:${own}`, place, server };
}

/** One with a month of history: so many tasks of seeded pipelines. Nothing takes its new tasks. */
export async function serveSeeded(t: TestContext, tasks: string): Promise<Served> {
  const port = await freePort();
  const place = new Place(t, {
    "flowlord.toml": `
status_port = ${port}
workflow = "{config_dir}/workflows"
[sqlite]
local_path = "{config_dir}/tasks.db"
`,
  });
  seed(place.path("tasks.db"), place.path("workflows"), tasks);
  const server = place.flowlord(["serve", "-c", "flowlord.toml"]);
  await server.says("Ctrl-C");
  return { url: `http://127.0.0.1:${port}`, place, server };
}

/** Makes the database, about 40 s for a million tasks. */
function seed(database: string, workflows: string, tasks: string): void {
  mkdirSync(dirname(database), { recursive: true });
  const script = join(ROOT, "bench/seed-database/main.ts");
  const args = [database, "--tasks", tasks, "--days", "30", "--until", "now", "--search", "--workflows", workflows];
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  if (status !== 0 || !existsSync(database)) throw new Error(`the database could not be made: ${stderr}`);
}
