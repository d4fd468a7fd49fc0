/**
 * What live events cost the writer: `done` messages a second, and CPU a message, while many clients listen to everything; in
 * turns with nobody who listens (the control), the same once more (how much two equal rounds differ), a server that nobody asks
 * for anything, and one listener that does nothing.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { LiveEvents } from "../../src/http/events/live-events.ts";
import { EVENT_HEADERS, outputTo } from "../../src/http/events/event-output.ts";
import { flowlordRound } from "../done/flowlord.ts";
import { prepareTasks, writeWorkflow } from "../done/prepare.ts";
import type { Embedded } from "../support/embedded.ts";
import { median, mustHold, printNote, reportFigure, shown } from "../support/figures.ts";
import { openServer } from "./open-server.ts";

const MODES = ["nobody", "nobody again", "server", "one in the process", "clients"] as const;
type Mode = (typeof MODES)[number];

interface Cost {
  /** Messages a second. */
  readonly rate: number;
  /** Microseconds of this process a message. */
  readonly cpu: number;
}

async function play(mode: Mode, dir: string, messages: number, clients: number): Promise<Cost> {
  const database = join(dir, "tasks.db");
  const workflows = await writeWorkflow(dir);
  const tasks = await prepareTasks(database, workflows, messages);
  const beside = {
    nobody: async () => async () => undefined,
    "nobody again": async () => async () => undefined,
    server: async (embedded: Embedded) => {
      const server = await openServer(embedded, dir);
      return () => server.close();
    },
    "one in the process": async ({ context }: Embedded) => {
      let changed = 0;
      const stop = context.events.onChange((changes) => (changed += changes.tasks.length));
      return async () => {
        stop();
        mustHold(`${changed} changes of three tasks a message were announced`, changed >= messages * 3);
      };
    },
    clients: (embedded: Embedded) => crowd(embedded, clients),
  };
  const { lap } = await flowlordRound(database, workflows, tasks, beside[mode]);
  return { rate: messages / lap.seconds, cpu: (lap.cpuSeconds * 1e6) / messages };
}

/** The events of a running instance, on a server of their own. */
async function crowd({ context, store }: Embedded, clients: number): Promise<() => Promise<void>> {
  const { monotonic } = context.runtime;
  const live = new LiveEvents({
    events: context.events,
    reads: store.reads,
    monotonic,
    redact: (rows) => rows,
    health: () => ({}),
  });
  const server = createServer((_request, response) => {
    const output = outputTo(response, EVENT_HEADERS);
    response.once(
      "close",
      live.listen({ scope: null }, null, output, async () => true),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const script = join(import.meta.dirname, "listener-crowd.ts");
  const child = spawn(process.execPath, [script, String(port), String(clients)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return async () => {
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, "close");
    child.kill("SIGTERM");
    await ended;
    live.close();
    server.close();
    mustHold(`each client got more than its first event (${said.trim()} bytes)`, Number(said) > clients * 300);
  };
}

export interface ListenerOptions {
  readonly messages: number;
  readonly rounds: number;
  readonly clients: number;
}

export async function measureListeners(dir: string, options: ListenerOptions): Promise<void> {
  const { messages, clients } = options;
  const rounds: Record<Mode, Cost>[] = [];
  // The first run warms the code up.
  for (const mode of MODES) await play(mode, dir, Math.min(messages, 2000), clients);
  for (let round = 0; round < options.rounds; round += 1) {
    const costs = {} as Record<Mode, Cost>;
    // Each mode is first as often as the others: the machine is never the same for long.
    for (let index = 0; index < MODES.length; index += 1) {
      const mode = MODES[(round + index) % MODES.length] ?? "nobody";
      costs[mode] = await play(mode, dir, messages, clients);
    }
    rounds.push(costs);
    printNote(MODES.map((mode) => `${mode} ${shown(costs[mode].rate)}/s, ${shown(costs[mode].cpu)} µs`).join("; "));
  }
  const of = (figure: (costs: Record<Mode, Cost>) => number): number => median(rounds.map(figure));
  reportFigure(
    "done messages a second while nobody listens",
    of(({ nobody }) => nobody.rate),
    "/s",
  );
  const less = (mode: Mode): number => of((costs) => (1 - costs[mode].rate / costs.nobody.rate) * 100);
  const more = (mode: Mode): number => of((costs) => (costs[mode].cpu / costs.nobody.cpu - 1) * 100);
  const share = (mode: Mode): number =>
    of((costs) => ((costs[mode].cpu - costs.nobody.cpu) * costs[mode].rate) / 10_000);
  for (const [mode, name] of [
    ["nobody again", "nobody listens again"],
    ["server", "a server that nobody asks"],
    ["one in the process", "one listener in the process"],
    ["clients", `${clients} clients`],
  ] as const) {
    const target = mode === "nobody again" ? {} : { target: 5 };
    reportFigure(`${name}: messages a second less`, less(mode), "%", target);
    reportFigure(`${name}: CPU a message more`, more(mode), "%");
    reportFigure(`${name}: of a core`, share(mode), "%", target);
  }
}
