import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameReader, publishCommand, withBody, type Frame } from "../../../src/bus/nsq/wire/frames.ts";
import { frame, messageFrame } from "./frames.ts";
import { fc } from "../../support/seed.ts";

interface Plain {
  readonly kind: Frame["kind"];
  readonly text: string;
  readonly id: string;
  readonly attempt: number;
}

function plain(found: Frame): Plain {
  if (found.kind === "message")
    return { kind: "message", text: found.body.toString("base64"), id: found.id, attempt: found.attempt };
  return { kind: found.kind, text: found.text, id: "", attempt: 0 };
}

function read(reader: FrameReader, chunks: readonly Buffer[]): Plain[] {
  const found: Plain[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let next = reader.next(); next !== null; next = reader.next()) found.push(plain(next));
  }
  return found;
}

const ID = fc.stringMatching(/^[0-9a-f]{16}$/);
const FRAMES = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("response" as const), text: fc.constantFrom("OK", "_heartbeat_", "CLOSE_WAIT") }),
    fc.record({ kind: fc.constant("error" as const), text: fc.constantFrom("E_FIN_FAILED FIN x", "E_INVALID") }),
    fc.record({
      kind: fc.constant("message" as const),
      id: ID,
      attempt: fc.integer({ min: 1, max: 65_535 }),
      body: fc.uint8Array({ maxLength: 300 }),
    }),
  ),
  { maxLength: 12 },
);

test("frames are the same however the stream is chunked, even byte by byte", () => {
  fc.assert(
    fc.property(FRAMES, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 }), (given, cuts) => {
      const stream = Buffer.concat(
        given.map((one) =>
          one.kind === "message"
            ? messageFrame(one.id, one.attempt, Buffer.from(one.body))
            : frame(one.kind === "response" ? 0 : 1, one.text),
        ),
      );
      const expected: Plain[] = given.map((one) =>
        one.kind === "message"
          ? { kind: one.kind, text: Buffer.from(one.body).toString("base64"), id: one.id, attempt: one.attempt }
          : { kind: one.kind, text: one.text, id: "", attempt: 0 },
      );
      const chunks: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        chunks.push(stream.subarray(at, at + size));
        at += size;
      }
      assert.deepEqual(read(new FrameReader(), [stream]), expected);
      assert.deepEqual(read(new FrameReader(), chunks), expected);
      assert.deepEqual(
        read(
          new FrameReader(),
          Array.from(stream, (byte) => Buffer.of(byte)),
        ),
        expected,
      );
    }),
  );
});

test("bytes after a frame can be removed: they belong to the layer that is put on top", () => {
  const reader = new FrameReader();
  reader.push(Buffer.concat([frame(0, "OK"), Buffer.from("compressed bytes")]));
  assert.equal(reader.next()?.kind, "response");
  assert.equal(reader.takeRest().toString(), "compressed bytes");
  assert.equal(reader.next(), null);
  reader.push(frame(0, "OK"));
  assert.equal(reader.next()?.kind, "response");
});

test("another protocol, an unknown type, a negative size and a message without a header are rejected", () => {
  for (const garbage of [
    Buffer.from("HTTP/1.1 400 Bad Request\r\n"),
    frame(7, "what"),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
    Buffer.from([0, 0, 0, 2, 0, 0]),
    frame(2, "short"),
  ]) {
    const reader = new FrameReader();
    reader.push(garbage);
    assert.throws(() => reader.next(), { name: "NsqError", code: "bad_frame", message: /not the NSQ protocol/ });
  }
});

test("a command's body is preceded by its size in bytes", () => {
  assert.deepEqual(withBody("IDENTIFY", "é"), Buffer.from("IDENTIFY\n\0\0\0\u0002é"));
});

test("one message is sent as PUB, several as MPUB, with sizes in bytes of UTF-8", () => {
  const sized = (payload: string) => ({ payload, bytes: Buffer.byteLength(payload) });
  assert.deepEqual(publishCommand("t", [sized("žluť")]), Buffer.from("PUB t\n\0\0\0\u0006žluť"));
  assert.deepEqual(
    publishCommand("t", [sized("a"), sized("日本")]),
    Buffer.concat([
      Buffer.from("MPUB t\n"),
      Buffer.from([0, 0, 0, 19, 0, 0, 0, 2, 0, 0, 0, 1]),
      Buffer.from("a"),
      Buffer.from([0, 0, 0, 6]),
      Buffer.from("日本"),
    ]),
  );
});

test("any published text can be read back", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 2, maxLength: 8 }), (payloads) => {
      const command = publishCommand(
        "t",
        payloads.map((payload) => ({ payload, bytes: Buffer.byteLength(payload) })),
      );
      let at = "MPUB t\n".length;
      assert.equal(command.readInt32BE(at), command.length - at - 4);
      assert.equal(command.readInt32BE(at + 4), payloads.length);
      at += 8;
      for (const payload of payloads) {
        const size = command.readInt32BE(at);
        assert.equal(command.toString("utf8", at + 4, at + 4 + size), Buffer.from(payload).toString());
        at += 4 + size;
      }
      assert.equal(at, command.length);
    }),
  );
});
