import assert from "node:assert/strict";
import { test } from "node:test";
import { ConnectionStatus } from "../../../src/bus/broker/connection-status.ts";
import { received } from "../../../src/bus/broker/received.ts";

test("a connection is connecting until it was up once, disconnected after that, and stopped for good", () => {
  let now = 0;
  const status = new ConnectionStatus(() => now, "dialling");
  now = 1;
  status.down("refused");
  assert.deepEqual(status.health, { state: "connecting", since: 0, reason: "refused", reconnects: 0 });
  status.up();
  now = 2;
  status.up();
  assert.deepEqual(status.health, { state: "connected", since: 1, reason: null, reconnects: 0 });
  status.down("cut");
  now = 3;
  status.down("refused");
  assert.deepEqual(status.health, { state: "disconnected", since: 2, reason: "refused", reconnects: 0 });
  status.up();
  assert.deepEqual(status.health, { state: "connected", since: 3, reason: null, reconnects: 1 });
  now = 4;
  status.stop("stopped here");
  status.up();
  status.down("cut");
  assert.deepEqual(status.health, { state: "stopped", since: 4, reason: "stopped here", reconnects: 1 });
});

test("a connection that is up reports an error, one that is down ignores it", () => {
  const status = new ConnectionStatus(() => 0, "dialling");
  status.setError("slow");
  assert.equal(status.reason, "dialling");
  status.up();
  status.setError("slow");
  assert.deepEqual([status.state, status.reason], ["connected", "slow"]);
  status.setError(null);
  assert.equal(status.reason, null);
});

test("messages in flight of the subscriptions are summed, and the newest message counts", () => {
  assert.deepEqual(received([]), { inFlight: 0, lastMessageAt: null });
  const some = [
    { inFlight: 2, lastMessageAt: 5 },
    { inFlight: 1, lastMessageAt: null },
    { inFlight: 0, lastMessageAt: 3 },
  ];
  assert.deepEqual(received(some), { inFlight: 3, lastMessageAt: 5 });
});
