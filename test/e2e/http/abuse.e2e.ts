import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { describe, it } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { assertDocumented, doneBesideAttack } from "../../abuse/done-beside-attack.ts";
import { freePort, Place, until } from "../flowlord.ts";

const CONFIG = (port: number): string => `
workflow = "{config_dir}/flow"
status_port = ${port}
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`;
const MIB = 1024 * 1024;

/** Resolves when the server has closed the connection, or after `ms` closes it from here. */
async function abuse(port: number, text: string, ms = 5000): Promise<void> {
  const socket: Socket = connect(port, "127.0.0.1");
  const closed = Promise.withResolvers<void>();
  socket.on("error", () => {});
  socket.on("close", () => closed.resolve());
  socket.resume();
  socket.write(text);
  await Promise.race([closed.promise, pause(ms)]);
  socket.destroy();
}

async function memoryOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

describe("connections that ask for too much", { timeout: 120_000 }, () => {
  it("delay nobody for long, and its memory stays bounded", async (t) => {
    const port = await freePort();
    const location = new Place(t, {
      "flowlord.toml": CONFIG(port),
      "flow/main.toml": '[[phase]]\ntask = "a"\ncron = "@yearly"\n',
    });
    const url = `http://127.0.0.1:${port}`;
    const flowlord = location.flowlord(["serve"]);
    await until(async () => (await fetch(`${url}/status`).catch(() => null))?.ok === true);
    for (let turn = 0; turn < 20; turn += 1) await memoryOf(url);
    const before = await memoryOf(url);

    let longest = 0;
    const over = new AbortController();
    const watching = (async () => {
      while (!over.signal.aborted) {
        const start = performance.now();
        await (await fetch(`${url}/status`)).text();
        longest = Math.max(longest, performance.now() - start);
        await pause(20);
      }
    })();
    const get = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    const post = `POST /api/topics/done/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${64 * MIB}\r\n\r\n`;
    const after: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      await Promise.all([
        ...Array.from({ length: 20 }, () => abuse(port, get.repeat(10_000))),
        ...Array.from({ length: 20 }, () => abuse(port, post + "x".repeat(8 * MIB))),
        // A head without an end.
        ...Array.from({ length: 100 }, () => abuse(port, "GET / HTTP/1.1\r\nX: ", 500)),
      ]);
      after.push(await memoryOf(url));
    }
    over.abort();
    await watching;
    // The answers to 60 connections that each asked for 16 scrapes lie between.
    assert.ok(longest < 10_000, `an answer took ${longest} ms`);
    // What a wave leaves is garbage, which is collected when there is enough of it: nothing grows with their number.
    assert.ok(Math.max(...after) < before + 640 * MIB, `${after.join(", ")} bytes, at first ${before}`);
    assert.deepEqual(flowlord.problems, []);
    flowlord.child.kill("SIGTERM");
    assert.equal((await flowlord.ended).code, 0);
  });
});

it(
  "2,000 slow connections, guesses, bombs and costly searches leave done its time, and are closed",
  { timeout: 240_000 },
  async (t) => {
    const { alone, beside, answers, instance, slow } = await doneBesideAttack(t, { sockets: 2000, seconds: 20 });
    t.diagnostic(`done alone: p50 ${alone.p50} ms, p99 ${alone.p99} ms of ${alone.count}`);
    t.diagnostic(`done beside the attack: p50 ${beside.p50} ms, p99 ${beside.p99} ms of ${beside.count}`);
    t.diagnostic([...answers].map(([answer, count]) => `${answer}: ${count}`).join("; "));
    assertDocumented(answers);
    // Both wait for the same two processors as the attackers; what the attack itself takes is far below.
    assert.ok(beside.p99 < Math.max(2000, 20 * alone.p99), `${beside.p99} ms, alone ${alone.p99} ms`);
    const [head] = slow;
    let said = "";
    head?.on("data", (part) => (said += String(part)));
    await until(
      () => slow.every((socket) => socket.destroyed),
      200,
      () => slow.filter((one) => !one.destroyed).length,
      90_000,
    );
    assert.match(said, /^HTTP\/1\.1 408 .*"code":"bad_request"/s);
    assert.equal((await fetch(`${instance.url}/status`)).status, 200);
    assert.deepEqual(instance.process.problems, []);
  },
);
