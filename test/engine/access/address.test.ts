import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf, plainAddress } from "../../../src/engine/access/address.ts";

test("an address has one form, however it is written", () => {
  for (const text of ["10.0.0.1", "::ffff:10.0.0.1", "::FFFF:a00:1", "0:0:0:0:0:ffff:0a00:0001", "10.0.0.1:8080"])
    assert.equal(plainAddress(text), "10.0.0.1", text);
  assert.equal(plainAddress("[::ffff:10.0.0.1]:443"), "10.0.0.1");
  for (const text of ["2001:db8::1", "2001:0DB8:0:0::0:1", "[2001:db8::1]:443", "2001:db8::1%eth0"])
    assert.equal(plainAddress(text), "2001:db8:0:0:0:0:0:1", text);
  assert.equal(plainAddress("::"), "0:0:0:0:0:0:0:0");
  assert.equal(plainAddress("fe80::"), "fe80:0:0:0:0:0:0:0");
  for (const text of ["", "localhost", "10.0.0", "10.0.0.1/8", "unix:", ":::", "1::2::3"])
    assert.equal(plainAddress(text), text, "it is none");
});

test("a network of IPv6 is what its first four groups say, of IPv4 it is the address", () => {
  assert.equal(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
  assert.equal(networkOf("2001:db8::1"), "2001:db8:0:0");
  assert.equal(networkOf("2001:db8::ffff:1:2:3"), networkOf("2001:db8::2"));
  assert.notEqual(networkOf("2001:db8:0:1::1"), networkOf("2001:db8::1"));
  assert.equal(networkOf("unknown"), "unknown");
});
