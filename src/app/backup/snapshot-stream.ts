import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { codeOf, toError } from "../../contract/to-error.ts";
import { BackupError } from "./backup-error.ts";

/** The level is the library's own. With a checksum at its end a damaged stream is an error of it, before ours are compared. */
const ZSTD = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const CHUNK_BYTES = 256 * 1024;
/** What is written goes to the disk in parts (bytes): all of it at once would hold up every commit of the database beside it. */
const SYNC_BYTES = 8 * 1024 * 1024;

/** What passed one place of a stream. */
export interface Measured {
  readonly bytes: number;
  readonly sha256: string;
}

type Pieces = AsyncIterable<Uint8Array>;

/** Lets pieces pass, and knows what has passed. */
class Meter {
  #bytes = 0;
  readonly #hash = createHash("sha256");
  readonly #onBytes: (bytes: number) => void;

  constructor(onBytes: (bytes: number) => void = () => undefined) {
    this.#onBytes = onBytes;
  }

  async *pass(pieces: Pieces): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.#bytes += piece.length;
      this.#hash.update(piece);
      this.#onBytes(this.#bytes);
      yield piece;
    }
  }

  measured(): Measured {
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }
}

export interface Packed {
  readonly database: Measured;
  readonly object: Measured;
}

/**
 * A database file as it is stored: compressed, and encrypted with the key, an age identity, when there is one. `store` reads the
 * pieces to their end; resolves with its result, and with what passed. `onBytes`: of the file, so far.
 */
export async function pack<T>(
  path: string,
  key: string | null,
  store: (content: Pieces) => Promise<T>,
  onBytes: (bytes: number) => void,
): Promise<Packed & { readonly stored: T }> {
  const [plain, packed] = [new Meter(onBytes), new Meter()];
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const stored = await store(packed.pass(await asStored(plain.pass(file), key)));
  return { database: plain.measured(), object: packed.measured(), stored };
}

/** The reverse: writes the database file `to`. Throws BackupError `wrong_key` and `damaged`, and what the content throws. */
export async function unpack(
  content: Pieces,
  key: string | null,
  to: string,
  onBytes: (bytes: number) => void,
): Promise<Packed> {
  const [plain, packed] = [new Meter(onBytes), new Meter()];
  const database = plain.pass(await asWritten(packed.pass(content), key));
  await write(database, to);
  return { database: plain.measured(), object: packed.measured() };
}

/** Into a file that is not there yet. */
async function write(pieces: Pieces, to: string): Promise<void> {
  const file = await open(to, "wx", 0o600);
  try {
    let unsynced = 0;
    for await (const piece of pieces) {
      await file.writeFile(piece);
      unsynced += piece.length;
      if (unsynced < SYNC_BYTES) continue;
      await file.datasync();
      unsynced = 0;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Compressed, and encrypted with the key, an age identity, when there is one. */
export async function asStored(pieces: Pieces, key: string | null): Promise<Pieces> {
  const compressed = through(pieces, createZstdCompress(ZSTD));
  return key === null ? compressed : await encrypted(compressed, key);
}

/** The reverse. It and its pieces throw BackupError `wrong_key` and `damaged`, and what the content throws. */
export async function asWritten(pieces: Pieces, key: string | null): Promise<Pieces> {
  return decompressed(key === null ? pieces : await decrypted(pieces, key));
}

async function* decompressed(pieces: Pieces): AsyncGenerator<Uint8Array> {
  try {
    yield* through(pieces, createZstdDecompress());
  } catch (error) {
    if (!/^Z(?:STD)?_/.test(codeOf(error) ?? "")) throw error;
    throw damaged(error);
  }
}

/** Whether the key, an age identity, opens what is encrypted: its first bytes say so. Throws what the content throws. */
export async function opensWith(content: Pieces, key: string): Promise<boolean> {
  try {
    for await (const _ of await decrypted(content, key)) break;
    return true;
  } catch (error) {
    if (error instanceof BackupError) return false;
    throw error;
  }
}

const BYTES = { objectMode: false };

/** What comes out of a transformation; its errors, and those of the pieces, come out of it too. */
function through(pieces: Pieces, transformation: Transform): Pieces {
  pipeline(Readable.from(pieces, BYTES), transformation).catch((error: unknown) =>
    transformation.destroy(toError(error)),
  );
  return transformation;
}

async function encrypted(pieces: Pieces, key: string): Promise<Pieces> {
  const { Encrypter, identityToRecipient } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(key));
  return pulled(await encrypter.encrypt(webStream(pieces)));
}

async function decrypted(pieces: Pieces, key: string): Promise<Pieces> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addIdentity(key);
  try {
    return pulled(await decrypter.decrypt(webStream(pieces)));
  } catch (error) {
    const reason = toError(error).message;
    throw new BackupError(
      "wrong_key",
      `It cannot be decrypted with this key (${reason}): name the key that it was made with.`,
      {
        cause: error,
      },
    );
  }
}

function webStream(pieces: Pieces): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(pieces, BYTES));
}

async function* pulled(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream as unknown as Pieces;
  } catch (error) {
    // The cipher's own error has no code; what the storage says has.
    throw codeOf(error) === null ? damaged(error) : error;
  }
}

function damaged(error: unknown): BackupError {
  return new BackupError("damaged", `It is damaged (${toError(error).message}): take another.`, { cause: error });
}
