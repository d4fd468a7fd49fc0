import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import test from "node:test";
import { Proxy } from "./proxy.ts";

test("a proxy passes bytes on, freezes a direction, and cuts in the middle", async (t) => {
  const echo = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  }).listen(0, "127.0.0.1");
  await once(echo, "listening");
  t.after(() => echo.close());
  const proxy = await Proxy.start(t, `127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const [host, port] = proxy.address.split(":");
  const client = connect(Number(port), host);
  const got: string[] = [];
  client.setEncoding("utf8").on("data", (text: string) => got.push(text));

  client.write("one");
  await once(client, "data");
  assert.deepEqual(got, ["one"]);

  proxy.freeze("down");
  client.write("two");
  proxy.thaw();
  await once(client, "data");
  assert.equal(got.join(""), "onetwo");

  proxy.cutAfter(2);
  client.write("three");
  await once(client, "close");
  assert.equal(got.join(""), "onetwoth");
  assert.equal(proxy.connections, 0);
});
