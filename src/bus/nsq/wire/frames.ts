import { NsqError } from "../nsq-error.ts";

/** First bytes of a client's connection. */
export const MAGIC = "  V2";
export const HEARTBEAT = "_heartbeat_";

const RESPONSE = 0;
const ERROR = 1;
const MESSAGE = 2;
/** Type, and for a message its time, attempts and id. */
const TYPE_BYTES = 4;
const MESSAGE_HEAD = 26;
/** No nsqd allows larger messages; a greater size means another protocol. */
const MAX_BYTES = 128 * 1024 * 1024;

export type Frame =
  | { readonly kind: "response"; readonly text: string; readonly data: Buffer }
  | { readonly kind: "error"; readonly text: string }
  | { readonly kind: "message"; readonly id: string; readonly attempt: number; readonly body: Buffer };

/**
 * Splits a stream of bytes into frames, however it is chunked. A large frame is assembled once, when it has arrived
 * completely, however small its chunks are.
 */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes needed before the next read can succeed. */
  #needed = 4;

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next frame, or null when it is incomplete. Throws NsqError `bad_frame`; the stream is then unusable. */
  next(): Frame | null {
    if (this.#length < this.#needed) return null;
    const bytes = this.#join();
    const size = bytes.readInt32BE(0);
    if (size < TYPE_BYTES || size > MAX_BYTES)
      throw badFrame(`a frame of ${size} bytes, which begins ${JSON.stringify(bytes.toString("latin1", 0, 16))}`);
    const end = 4 + size;
    if (bytes.length < end) {
      this.#needed = end;
      return null;
    }
    this.#needed = 4;
    this.#chunks = end === bytes.length ? [] : [bytes.subarray(end)];
    this.#length -= end;
    return frameOf(bytes.readInt32BE(4), bytes.subarray(8, end));
  }

  /** Removes and returns the bytes that are not part of a complete frame. */
  takeRest(): Buffer {
    const rest = this.#length === 0 ? Buffer.alloc(0) : this.#join();
    this.#chunks = [];
    this.#length = 0;
    this.#needed = 4;
    return rest;
  }

  #join(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const joined = Buffer.concat(this.#chunks, this.#length);
    this.#chunks = [joined];
    return joined;
  }
}

function frameOf(type: number, data: Buffer): Frame {
  switch (type) {
    case RESPONSE:
      return { kind: "response", text: data.toString("utf8", 0, 64), data };
    case ERROR:
      return { kind: "error", text: data.toString("utf8", 0, 1024) };
    case MESSAGE:
      if (data.length < MESSAGE_HEAD) throw badFrame(`a message of ${data.length} bytes, shorter than its head`);
      return {
        kind: "message",
        attempt: data.readUInt16BE(8),
        id: data.toString("latin1", 10, MESSAGE_HEAD),
        body: data.subarray(MESSAGE_HEAD),
      };
    default:
      throw badFrame(`a frame of the unknown type ${type}`);
  }
}

function badFrame(what: string): NsqError {
  return new NsqError("bad_frame", `not the NSQ protocol: ${what}`);
}

/** `command`, a line end, and a body preceded by its size. */
export function withBody(command: string, body: string | Buffer): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const head = Buffer.allocUnsafe(command.length + 5);
  head.write(`${command}\n`, 0, "latin1");
  head.writeInt32BE(bytes.length, command.length + 1);
  return Buffer.concat([head, bytes]);
}

/** A message for MPUB; `bytes` is the length of `payload` in UTF-8. */
export interface Sized {
  readonly payload: string;
  readonly bytes: number;
}

/** Bytes of the body of an MPUB with these messages. */
export function bodyBytes(messages: readonly Sized[]): number {
  let total = 4;
  for (const { bytes } of messages) total += 4 + bytes;
  return total;
}

/** All `messages` to `topic` in one command, which the server accepts completely or not at all. A single one is a PUB. */
export function publishCommand(topic: string, messages: readonly Sized[]): Buffer {
  const [only] = messages;
  if (only !== undefined && messages.length === 1) return withBody(`PUB ${topic}`, only.payload);
  const command = `MPUB ${topic}\n`;
  const size = bodyBytes(messages);
  const buffer = Buffer.allocUnsafe(command.length + 4 + size);
  let at = buffer.write(command, 0, "latin1");
  at = buffer.writeInt32BE(size, at);
  at = buffer.writeInt32BE(messages.length, at);
  for (const { payload, bytes } of messages) {
    at = buffer.writeInt32BE(bytes, at);
    at += buffer.write(payload, at, "utf8");
  }
  return buffer;
}
