import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createTeamsChannel } from "../../src/notify/teams.ts";
import { testChannel } from "./contract.ts";
import { httpReceiver, type HttpReceiver } from "./http-receiver.ts";
import { alert, AT, notification } from "./notifications.ts";

const NEVER = new AbortController().signal;

interface Block {
  readonly type: string;
  readonly inlines: readonly { readonly type: string; readonly text: string; readonly color?: string }[];
}

interface Posted {
  readonly type: string;
  readonly attachments: readonly {
    readonly contentType: string;
    readonly content: { readonly type: string; readonly version: string; readonly body: readonly Block[] };
  }[];
}

function open(t: TestContext): Promise<HttpReceiver> {
  return httpReceiver(
    t,
    (url, timeoutMs) =>
      createTeamsChannel({ name: "teams", url, prefix: "prod", now: () => AT, ...(timeoutMs ? { timeoutMs } : {}) }),
    ({ headers, body }) => {
      const [, ...lines] = textsOf(body);
      const text = lines.map((line) => `${line.replaceAll("\u00a0", " ")}\n`).join("");
      return { id: String(headers["webhook-id"]), text };
    },
  );
}

function blocksOf(body: string): readonly Block[] {
  return (JSON.parse(body) as Posted).attachments[0]?.content.body ?? [];
}

function textsOf(body: string): readonly string[] {
  return blocksOf(body).map(({ inlines }) => inlines[0]?.text ?? "");
}

testChannel("teams", open);

test("the workflow gets a message with an Adaptive Card: a headline, and the lines below it", async (t) => {
  const receiver = await open(t);
  const channel = receiver.channel();
  await channel.send(notification({ alerts: [alert(), alert({ severity: "critical" })] }), NEVER);
  const over = alert({ state: "resolved", resolved_at: AT, new_count: 0 });
  await channel.send(notification({ alerts: [over] }), NEVER);
  await channel.send(notification({ kind: "test", alerts: [] }), NEVER);
  const posted = receiver.requests.map(({ body }) => JSON.parse(body) as Posted);
  assert.deepEqual(
    posted.map(({ type, attachments: [one] }) => [type, one?.contentType, one?.content.type, one?.content.version]),
    Array.from({ length: 3 }, () => ["message", "application/vnd.microsoft.card.adaptive", "AdaptiveCard", "1.4"]),
  );
  assert.deepEqual(
    receiver.requests.map(({ body }) => blocksOf(body)[0]?.inlines[0]).map((head) => [head?.text, head?.color]),
    [
      ["[prod] Flowlord: 2 alerts, 1 critical", "Attention"],
      ["[prod] Flowlord: resolved: retry exhausted of load:eu", "Good"],
      ["[prod] Flowlord: test of this channel", "Good"],
    ],
  );
});

test("text from outside is never read as markup", async (t) => {
  const receiver = await open(t);
  const text = "load:  1\n    **R&D** <at>all</at> [the report](https://evil.test)\n";
  await receiver.channel().send(notification({ text }), NEVER);
  const [{ body } = assert.fail()] = receiver.requests;
  // A text run is plain by the card's schema; a text block would be Markdown.
  for (const { type, inlines } of blocksOf(body)) {
    assert.equal(type, "RichTextBlock");
    assert.deepEqual(
      Object.keys(inlines[0] ?? {}).filter((key) => !["type", "text", "fontType", "weight", "color"].includes(key)),
      [],
    );
    assert.equal(inlines[0]?.type, "TextRun");
  }
  assert.doesNotMatch(body, /"entities"|"url"|"selectAction"/);
  assert.ok(textsOf(body).includes("\u00a0\u00a0\u00a0\u00a0**R&D** <at>all</at> [the report](https://evil.test)"));
});

test("a message has at most 28 KB, and says how many lines it left out", async (t) => {
  const receiver = await open(t);
  const channel = receiver.channel();
  const texts = [
    "a line of text\n".repeat(5000),
    `${"\u0001".repeat(100_000)}\n`.repeat(40),
    "😀".repeat(50_000),
    "\n\n\n",
  ];
  for (const text of texts) await channel.send(notification({ text }), NEVER);
  const counts = receiver.requests.map(({ body }) => {
    assert.ok(Buffer.byteLength(body) <= 28_000, `${Buffer.byteLength(body)} bytes`);
    const lines = textsOf(body).slice(1);
    const left = Number(/^… and (\d+) more lines$/.exec(lines.at(-1) ?? "")?.[1] ?? 0);
    return left === 0 ? lines.length : lines.length - 1 + left;
  });
  assert.deepEqual(counts, [5000, 40, 1, 3]);
});
