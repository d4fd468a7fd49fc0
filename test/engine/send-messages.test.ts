import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { redriveDeadLetters, sendMessages } from "../../src/engine/send-messages.ts";
import type { DeadLetter } from "../../src/store/store.ts";
import { codes, phase, records, rigWith, rootTask } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

const ANN = { by: "ann", reason: "by test" };

async function deadLetters(rig: Rig): Promise<string[]> {
  const rows = await rig.store.reads.deadLetters({ limit: 2000, before: null, includeRedriven: true });
  return rows.map(({ payload, redriven_at }) => `${payload}${redriven_at === null ? "" : " redriven"}`).toReversed();
}

/** As unreadable messages are stored. */
async function keep(rig: Rig, input: readonly DeadLetter[]): Promise<void> {
  await rig.store.addDeadLetters(input);
}

/** Who published or redrove what, as the decisions about these codes say. */
function byHand(rig: Rig, code: string): readonly unknown[] {
  return rig.stored.decisions(code).map(({ data }) => data);
}

describe("messages published by hand", () => {
  it("leave who did it and why: with the task or file event, or in one decision", async (t) => {
    const rig = await rigWith(t, phase("f", { files: "/in/*" }));
    const done = JSON.stringify(rootTask(rig, { result: "complete" }));
    await sendMessages("done", [done, "no json", "[]"], ANN, rig.context);
    await sendMessages("files", ['{"path":"/in/x"}'], ANN, rig.context);
    await sendMessages("clean", ["a", "b"], ANN, rig.context);
    assert.deepEqual(byHand(rig, "published"), [
      { topic: "done", ...ANN },
      { topic: "done", ...ANN, messages: 2, unreadable: true },
      { topic: "files", ...ANN },
      { topic: "clean", ...ANN, messages: 2 },
    ]);
    const [task] = await rig.store.reads.lineage.why("1");
    assert.ok(task?.decisions.some(({ code, data }) => code === "published" && data["by"] === "ann"));
    const file = await rig.store.reads.files.show(1);
    assert.deepEqual(file?.decisions.map(({ code }) => code).includes("published"), true);
    // What the bus or a worker sends has nobody.
    await sendMessages("done", [done], null, rig.context);
    assert.equal(byHand(rig, "published").length, 4);
  });

  it("are on the outbox with their decision, or neither is", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "@yearly" }));
    await sendMessages("clean", ["a"], ANN, rig.context);
    await rig.reopen();
    assert.deepEqual((await rig.sweep()).length + byHand(rig, "published").length, 2);
  });

  it("for Flowlord itself are handled at once, others go to their topic as they are", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root" }) + phase("f", { files: "/in/*" }));
    await sendMessages("done", [JSON.stringify(rootTask(rig, { result: "complete" })), "no json"], ANN, rig.context);
    await sendMessages("files", ['{"path":"/in/x"}'], ANN, rig.context);
    await sendMessages("uploads", ['{"path":"/in/x"}'], ANN, rig.context);
    await sendMessages("anything", ["as it is", ""], ANN, rig.context);
    assert.deepEqual(
      rig.sent.map(({ topic }) => topic),
      ["a", "f", "f", "anything", "anything"],
    );
    assert.equal(rig.sent[3]?.payload, "as it is");
    assert.deepEqual(await deadLetters(rig), ["no json"]);
  });
});

describe("dead letters that are redriven", () => {
  it("go once to their original topics; a message that is still bad becomes a dead letter of its own", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root" }) + phase("f", { files: "/in/*" }));
    const good = JSON.stringify(rootTask(rig, { result: "complete" }));
    const deadLetter = { code: "was_bad", reason: "no matter", receivedAt: rig.now };
    await keep(rig, [
      { ...deadLetter, topic: "done", payload: "bad" },
      { ...deadLetter, topic: "done", payload: good },
      { ...deadLetter, topic: "files", payload: '{"path":"/in/x"}' },
      { ...deadLetter, topic: "other", payload: "plain" },
    ]);
    assert.equal(await redriveDeadLetters("all", null, ANN, rig.context), 4);
    assert.deepEqual(
      rig.sent.map(({ topic }) => topic),
      ["a", "f", "other"],
    );
    assert.deepEqual(await deadLetters(rig), [
      "bad redriven",
      `${good} redriven`,
      '{"path":"/in/x"} redriven',
      "plain redriven",
      "bad",
    ]);
    assert.equal(codes(rig).filter((code) => code === "redriven").length, 4);
    assert.equal(await redriveDeadLetters([1, 2, 3, 99], null, ANN, rig.context), 0);
    assert.equal(await redriveDeadLetters([5, 5], null, ANN, rig.context), 1);
  });

  it("are redriven with a new payload, and stored as they arrived", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root" }));
    await sendMessages("done", ["bad", "worse"], ANN, rig.context);
    const mended = JSON.stringify(rootTask(rig, { result: "complete" }));
    assert.equal(await redriveDeadLetters([2], mended, ANN, rig.context), 1);
    assert.equal(await redriveDeadLetters([2], mended, ANN, rig.context), 0);
    assert.deepEqual(
      rig.sent.map(({ topic }) => topic),
      ["a"],
    );
    assert.deepEqual(await deadLetters(rig), ["bad", "worse redriven"]);
  });

  it("are redriven again when the process ends before they are marked, and change nothing twice", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root" }) + phase("f", { files: "/in/*" }));
    const deadLetter = { code: "was_bad", reason: "no matter", receivedAt: rig.now };
    await keep(rig, [
      { ...deadLetter, topic: "done", payload: JSON.stringify(rootTask(rig, { result: "complete" })) },
      { ...deadLetter, topic: "files", payload: '{"path":"/in/x"}' },
    ]);
    const store = new Proxy(rig.context.store, {
      get: (target, key) =>
        key === "redriveDeadLetters" ? () => Promise.reject(new Error("killed")) : Reflect.get(target, key),
    });
    await assert.rejects(redriveDeadLetters("all", null, ANN, { ...rig.context, store }), /killed/);
    const before = records(rig);
    assert.equal(before.length, 3);
    await rig.reopen();
    assert.equal(await redriveDeadLetters("all", null, ANN, rig.context), 2);
    assert.deepEqual(records(rig), before);
  });

  it("are redriven in several steps when there are many, oldest first", async (t) => {
    const rig = await rigWith(t, "");
    await keep(
      rig,
      Array.from({ length: 1100 }, (_, n) => ({
        topic: n % 2 === 0 ? "x" : "done",
        payload: String(n),
        code: "c",
        reason: "r",
        receivedAt: rig.now,
      })),
    );
    assert.equal(await redriveDeadLetters("all", null, ANN, rig.context), 1100);
    assert.deepEqual(
      rig.sent.map(({ payload }) => Number(payload)),
      Array.from({ length: 550 }, (_, n) => n * 2),
    );
    assert.equal((await deadLetters(rig)).filter((one) => !one.endsWith("redriven")).length, 550);
  });
});

describe("a large message that cannot be understood", () => {
  const large = `{"é${"é".repeat(100_000)}`;

  it("keeps the beginning, length and hash, and costs the others of its group nothing", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root" }));
    const good = JSON.stringify(rootTask(rig, { result: "complete" }));
    await sendMessages("done", [large, good], ANN, rig.context);
    assert.deepEqual(
      rig.sent.map(({ topic }) => topic),
      ["a"],
    );
    const [kept] = await rig.store.reads.deadLetters({ limit: 10, before: null, includeRedriven: false });
    assert.ok(kept !== undefined);
    assert.ok(large.startsWith(kept.payload), "no character is cut in two");
    assert.ok(Buffer.byteLength(kept.payload) > 64 * 1024 - 4 && Buffer.byteLength(kept.payload) <= 64 * 1024);
    assert.equal(kept.bytes, Buffer.byteLength(large));
    assert.equal(kept.sha256, createHash("sha256").update(large).digest("hex"));
  });

  it("is committed apart: the others are sent when it cannot be written", async (t) => {
    const rig = await rigWith(t, phase("a", { dependsOn: "root" }));
    const store = new Proxy(rig.store, {
      get: (target, name) =>
        name === "addDeadLetters" ? () => Promise.reject(new Error("no space")) : Reflect.get(target, name),
    });
    const good = JSON.stringify(rootTask(rig, { result: "complete" }));
    await assert.rejects(sendMessages("done", [large, good], ANN, { ...rig.context, store }), /no space/);
    assert.equal(rig.sent.length, 1);
  });

  it("is not redriven as it is: named it is refused, of all it stays", async (t) => {
    const rig = await rigWith(t, "");
    const deadLetter = { code: "bad", reason: "no matter", receivedAt: rig.now, topic: "other" };
    await keep(rig, [
      { ...deadLetter, payload: large },
      { ...deadLetter, payload: "whole" },
    ]);
    await assert.rejects(redriveDeadLetters([1, 2], null, ANN, rig.context), {
      code: "dead_letter_cut",
      message: /Dead letter 1 cannot be redriven: of its 200004 bytes only the first 64 KiB are kept\./,
    });
    assert.equal(rig.sent.length, 0);
    assert.equal(await redriveDeadLetters("all", null, ANN, rig.context), 1);
    assert.equal(await redriveDeadLetters([1], "complete text", ANN, rig.context), 1);
    assert.deepEqual(
      rig.sent.map(({ payload }) => payload),
      ["whole", "complete text"],
    );
  });
});
