import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { NotifyError, type Channel } from "../../src/notify/notify.ts";
import { notification } from "./notifications.ts";

/** What a receiver does with the notifications that come. */
export type Conduct = "take" | "refuse" | "fail" | "hang";

export interface Delivery {
  readonly id: string;
  /** What people see of it. */
  readonly text: string;
}

/** A real server on this machine, and channels to it. */
export interface Receiver {
  /** All that came, also what was not taken. */
  readonly arrived: readonly Delivery[];
  /** Resolves when so many have come. */
  count(many: number): Promise<void>;
  conduct: Conduct;
  channel(timeoutMs?: number): Channel;
  /** What the server repeats in its answers, and must not be seen. */
  readonly secrets: readonly string[];
  /** Closes the port. */
  stop(): Promise<void>;
}

const NEVER = new AbortController().signal;

/** What every channel promises, whatever it speaks. `isText`: it sends the text for people as it is, not each alert by itself. */
export function testChannel(kind: string, open: (t: TestContext) => Promise<Receiver>, isText = true): void {
  const refusal = async (work: Promise<string>): Promise<NotifyError> => {
    const error: unknown = await work.then(
      (answer) => assert.fail(`taken: ${answer}`),
      (error: unknown) => error,
    );
    assert.ok(error instanceof NotifyError, String(error));
    assert.match(error.message, /^\S.*\.$/, "a sentence");
    return error;
  };
  const opened = async (t: TestContext, timeoutMs?: number): Promise<{ receiver: Receiver; channel: Channel }> => {
    const receiver = await open(t);
    const channel = receiver.channel(timeoutMs);
    t.after(() => channel.close());
    return { receiver, channel };
  };

  test(`${kind}: a notification arrives with its text and id, and the answer is a few words`, async (t) => {
    const { receiver, channel } = await opened(t);
    const sent = notification();
    const answer = await channel.send(sent, NEVER);
    assert.match(answer, /^2\d\d/);
    assert.ok(answer.length <= 200);
    const [delivery] = receiver.arrived;
    assert.equal(delivery?.id, sent.deliveryId);
    assert.ok(delivery?.text.includes(isText ? sent.text : (sent.alerts[0]?.message ?? "-")), delivery?.text);
  });

  test(`${kind}: many at a time arrive once each`, async (t) => {
    const { receiver, channel } = await opened(t);
    const ids = Array.from({ length: 8 }, (_, index) => `delivery-${index}`);
    await Promise.all(ids.map((deliveryId) => channel.send(notification({ deliveryId }), NEVER)));
    assert.deepEqual(receiver.arrived.map(({ id }) => id).toSorted(), ids);
  });

  test(`${kind}: sent again, it has the same id`, async (t) => {
    const { receiver, channel } = await opened(t);
    receiver.conduct = "fail";
    await refusal(channel.send(notification(), NEVER));
    receiver.conduct = "take";
    await channel.send(notification(), NEVER);
    assert.equal(receiver.arrived.length, 2);
    assert.equal(new Set(receiver.arrived.map(({ id }) => id)).size, 1);
  });

  test(`${kind}: what is refused for good is not to be sent again`, async (t) => {
    const { receiver, channel } = await opened(t);
    receiver.conduct = "refuse";
    assert.equal((await refusal(channel.send(notification(), NEVER))).retryable, false);
  });

  test(`${kind}: a receiver in trouble may be asked again`, async (t) => {
    const { receiver, channel } = await opened(t);
    receiver.conduct = "fail";
    assert.equal((await refusal(channel.send(notification(), NEVER))).retryable, true);
  });

  test(`${kind}: a receiver that does not answer is given up in time`, async (t) => {
    const { receiver, channel } = await opened(t, 400);
    receiver.conduct = "hang";
    const error = await refusal(channel.send(notification(), NEVER));
    assert.deepEqual([error.code, error.retryable], ["timeout", true]);
  });

  test(`${kind}: a stop ends the wait at once`, async (t) => {
    const { receiver, channel } = await opened(t);
    receiver.conduct = "hang";
    const stop = new AbortController();
    const sending = refusal(channel.send(notification(), stop.signal));
    await receiver.count(1);
    stop.abort();
    const error = await sending;
    assert.deepEqual([error.code, error.retryable], ["aborted", true]);
    const before = await refusal(channel.send(notification(), stop.signal));
    assert.equal(before.code, "aborted");
    assert.equal(receiver.arrived.length, 1);
  });

  test(`${kind}: where nothing listens may be asked again`, async (t) => {
    const { receiver, channel } = await opened(t);
    await receiver.stop();
    const error = await refusal(channel.send(notification(), NEVER));
    assert.deepEqual([error.code, error.retryable], ["unreachable", true]);
    assert.match(error.message, /^127\.0\.0\.1.* refuses connections/);
  });

  test(`${kind}: no secret is seen, though the receiver repeats it`, async (t) => {
    const { receiver, channel } = await opened(t);
    const seen = [await channel.send(notification(), NEVER)];
    for (const conduct of ["refuse", "fail"] as const) {
      receiver.conduct = conduct;
      const error = await refusal(channel.send(notification(), NEVER));
      seen.push(error.message, String(error.cause), error.stack ?? "");
    }
    assert.ok(receiver.secrets.length > 0);
    for (const secret of receiver.secrets) for (const text of seen) assert.ok(!text.includes(secret), text);
  });

  if (!isText) return;
  test(`${kind}: a text without end is cut`, async (t) => {
    const { receiver, channel } = await opened(t);
    await channel.send(notification({ text: "a line of text\n".repeat(200_000) }), NEVER);
    const text = receiver.arrived[0]?.text ?? "";
    assert.ok(text.length < 250_000);
    assert.match(text, /… and \d+ more lines/);
  });
}
