import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { InstanceFile } from "../../src/contract/api/instance-api.ts";
import { freePort, Place, until, type Process } from "../e2e/flowlord.ts";

export interface RealInstance {
  readonly place: Place;
  readonly process: Process;
  readonly port: number;
  readonly url: string;
  /** Headers of a caller who is an admin, and whom nothing throttles. */
  readonly asInstance: Readonly<Record<string, string>>;
}

const FLOWS = { "flow/main.toml": '[[phase]]\ntask = "a"\nrule = "cron=@yearly"\n' };

interface Setup {
  readonly files?: Readonly<Record<string, string>>;
  /** Keys and tables of the configuration, on top of the least that it needs. */
  readonly config?: string;
  readonly tables?: string;
}

/** `flowlord serve` as a process of its own, with a real port, database and bus. */
export async function realInstance(
  t: TestContext,
  { files = FLOWS, config = "", tables = "" }: Setup = {},
): Promise<RealInstance> {
  const port = await freePort();
  const place = new Place(t, {
    "flowlord.toml": `workflow = "{config_dir}/flow"
status_port = ${port}
data = "{config_dir}/data"
${config}
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/tasks.db"
${tables}`,
    ...files,
  });
  const process = place.flowlord(["serve"]);
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (!process.running) throw new Error(`it ended: ${process.out}${process.err}`);
    return (await fetch(`${url}/status`).catch(() => null))?.ok === true;
  });
  const { token } = JSON.parse(readFileSync(place.path("tasks.db.instance"), "utf8")) as InstanceFile;
  return { place, process, port, url, asInstance: { authorization: `Bearer ${token}` } };
}

/** Sends bytes as they are, and returns all that comes until the server closes the connection, or `ms` have passed. */
export async function exchange(port: number, bytes: string | Uint8Array, ms = 5000): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const closed = Promise.withResolvers<void>();
  let text = "";
  socket.setEncoding("latin1").on("data", (part: string) => (text += part));
  // A connection that is closed while more is written to it ends in a reset.
  socket.on("error", () => undefined);
  socket.on("close", () => closed.resolve());
  socket.write(bytes);
  const late = new AbortController();
  await Promise.race([closed.promise, pause(ms, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
  socket.destroy();
  return text;
}

/** The statuses of the answers in it, in order; a body need not end its line. */
export function statuses(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
