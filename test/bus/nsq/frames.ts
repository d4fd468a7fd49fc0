/** Frames as nsqd writes them, built independently of the code under test. */
export function frame(type: number, data: Buffer | string): Buffer {
  const bytes = Buffer.from(data);
  const head = Buffer.alloc(8);
  head.writeInt32BE(bytes.length + 4, 0);
  head.writeInt32BE(type, 4);
  return Buffer.concat([head, bytes]);
}

export function messageFrame(id: string, attempt: number, body: Buffer | string): Buffer {
  const head = Buffer.alloc(10);
  head.writeBigInt64BE(1_700_000_000_000_000_000n, 0);
  head.writeUInt16BE(attempt, 8);
  return frame(2, Buffer.concat([head, Buffer.from(id, "latin1"), Buffer.from(body)]));
}
