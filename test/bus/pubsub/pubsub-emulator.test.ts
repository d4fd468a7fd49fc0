import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { test } from "node:test";
import { loadPubSub } from "../../../src/bus/pubsub/client.ts";
import { pubsubOptions } from "./open-pubsub.ts";

test("pubsub: with an emulator nothing else is contacted, not even Google's metadata address", async () => {
  const contacted: string[] = [];
  const onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.on("connectionAttempt", (address: string) => contacted.push(address));
    socket.on("lookup", (_error: unknown, _address: unknown, _family: unknown, host: string) => contacted.push(host));
  };
  subscribe("net.client.socket", onSocket);
  try {
    const makeClients = await loadPubSub();
    const { publisher, subscriber } = await makeClients(pubsubOptions("127.0.0.1:1"));
    await assert.rejects(publisher.getTopic({ topic: "projects/a-project/topics/t" }, { timeout: 200, retry: null }));
    await Promise.all([publisher.close(), subscriber.close()]);
  } finally {
    unsubscribe("net.client.socket", onSocket);
  }
  assert.deepEqual(
    contacted.filter((address) => !address.startsWith("127.")),
    [],
  );
});
