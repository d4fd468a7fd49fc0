import assert from "node:assert/strict";
import { test } from "node:test";
import type { v1 } from "@google-cloud/pubsub";
import { Answers, confirmed } from "../../../src/bus/pubsub/answers.ts";

/** The service's error for a request that it accepted in part. */
function partly(verdicts: Record<string, string>): Error {
  return Object.assign(new Error("9 FAILED_PRECONDITION: some"), { code: 9, errorInfoMetadata: verdicts });
}

interface Request {
  readonly ackIds: readonly string[];
  readonly ackDeadlineSeconds?: number;
}

/** Answers each request with the next of `outcomes`; with success after the last. */
function fakeClient(outcomes: (Error | null)[]): { client: v1.SubscriberClient; requests: Request[] } {
  const requests: Request[] = [];
  const take = async (request: Request): Promise<void> => {
    requests.push(request);
    const outcome = outcomes.shift() ?? null;
    if (outcome !== null) throw outcome;
  };
  const part = { acknowledge: take, modifyAckDeadline: take };
  return { client: part as unknown as v1.SubscriberClient, requests };
}

test("pubsub: acks of one turn are sent in one request, split when it would be too long", async () => {
  const { client, requests } = fakeClient([]);
  const answers = new Answers("s", () => client);
  for (let index = 0; index < 1500; index += 1) answers.ack(String(index));
  answers.setDeadline("a", 0);
  answers.setDeadline("b", 0);
  answers.setDeadline("c", 30);
  await answers.flush();
  assert.deepEqual(
    requests.map(({ ackIds, ackDeadlineSeconds }) => [ackIds.length, ackDeadlineSeconds]),
    [
      [1000, undefined],
      [2, 0],
      [1, 30],
      [500, undefined],
    ],
  );
});

test("pubsub: after a partly accepted acknowledgement, the retryable ids are sent again", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { client, requests } = fakeClient([
    partly({ b: "TRANSIENT_FAILURE_SERVICE_UNAVAILABLE", c: "PERMANENT_FAILURE_INVALID_ACK_ID" }),
  ]);
  const answers = new Answers("s", () => client);
  for (const id of ["a", "b", "c"]) answers.ack(id);
  await answers.flush();
  assert.equal(answers.refused, 1);
  t.mock.timers.tick(1000);
  await answers.flush();
  assert.deepEqual(
    requests.map(({ ackIds }) => ackIds),
    [["a", "b", "c"], ["b"]],
  );
  answers.close();
});

test("pubsub: an acknowledgement waits for the connection, and is retried when the service was unreachable", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { client, requests } = fakeClient([Object.assign(new Error("14 UNAVAILABLE"), { code: 14 })]);
  let isUp = false;
  const answers = new Answers("s", () => (isUp ? client : null));
  answers.ack("a");
  await answers.flush();
  assert.equal(requests.length, 0);
  isUp = true;
  await answers.flush();
  t.mock.timers.tick(1000);
  await answers.flush();
  assert.deepEqual(
    requests.map(({ ackIds }) => ackIds),
    [["a"], ["a"]],
  );
  assert.equal(answers.refused, 0);
  answers.close();
});

test("pubsub: with exactly-once delivery only confirmed messages count as received", async () => {
  const ids = ["a", "b"];
  assert.deepEqual(await confirmed(fakeClient([]).client, "s", ids, 60), new Set(ids));
  const { client } = fakeClient([partly({ a: "PERMANENT_FAILURE_INVALID_ACK_ID" })]);
  assert.deepEqual(await confirmed(client, "s", ids, 60), new Set(["b"]));
  const away = fakeClient([Object.assign(new Error("14 UNAVAILABLE"), { code: 14 })]);
  assert.deepEqual(await confirmed(away.client, "s", ids, 60), new Set());
});
