import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import test, { type TestContext } from "node:test";
import { Late } from "./late.ts";
import { Proxy } from "./proxy.ts";

interface Rig {
  readonly proxy: Proxy;
  readonly client: Socket;
  /** All that the client got. */
  got(): string;
  /** The server's side of the connection. */
  readonly served: Promise<Socket>;
}

/** A client that hears its own words through the proxy. */
async function echoThroughProxy(t: TestContext): Promise<Rig> {
  const { promise: served, resolve } = Promise.withResolvers<Socket>();
  const echo = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
    resolve(socket);
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  t.after(() => echo.close());
  const proxy = await Proxy.start(t, `127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const [host, port] = proxy.address.split(":");
  const client = connect(Number(port), host);
  let got = "";
  client.setEncoding("utf8").on("data", (text: string) => (got += text));
  return { proxy, client, got: () => got, served };
}

async function says(rig: Rig, text: string): Promise<void> {
  while (rig.got() !== text) await once(rig.client, "data");
}

test("a proxy passes bytes on, freezes a direction, and cuts in the middle", async (t) => {
  const rig = await echoThroughProxy(t);
  rig.client.write("one");
  await says(rig, "one");

  rig.proxy.freeze("down");
  rig.client.write("two");
  rig.proxy.thaw();
  await says(rig, "onetwo");

  rig.proxy.cutAfter(2);
  rig.client.write("three");
  await once(rig.client, "close");
  assert.equal(rig.got(), "onetwoth");
  assert.equal(rig.proxy.connections, 0);
});

test("a proxy lets what passes come later, and says what no server said", async (t) => {
  const rig = await echoThroughProxy(t);
  rig.client.write("one");
  await says(rig, "one");
  rig.proxy.delay(20);
  rig.client.write("late");
  rig.proxy.inject(Buffer.from("?"));
  await says(rig, "one?late");
});

test("of a half-open connection the server sees the end and the client does not", async (t) => {
  const rig = await echoThroughProxy(t);
  rig.client.write("one");
  await says(rig, "one");
  const served = await rig.served;
  rig.proxy.halfOpen();
  await once(served, "close");
  rig.client.write("two");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(rig.client.destroyed, false);
  assert.equal(rig.got(), "one");
  rig.proxy.cut();
  await once(rig.client, "close");
  assert.equal(rig.proxy.connections, 0);
});

test("what comes later keeps its order when the delay ends, and nothing comes after a drop", async () => {
  let delay = 20;
  const late = new Late(() => delay);
  const seen: number[] = [];
  const { promise: second, resolve } = Promise.withResolvers<void>();
  late.pass(() => seen.push(1));
  delay = 0;
  late.pass(() => {
    seen.push(2);
    resolve();
  });
  await second;
  late.pass(() => seen.push(3));
  assert.deepEqual(seen, [1, 2, 3]);

  delay = 1;
  late.pass(() => seen.push(4));
  late.drop();
  await new Promise((done) => late.pass(() => done(null)));
  assert.deepEqual(seen, [1, 2, 3]);
});
