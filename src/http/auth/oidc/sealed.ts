import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Texts that only this process reads and writes, in the form of a cookie: what a browser carries for us between two requests is
 * neither known to it nor changed by it, and nothing is stored here. A restart makes another key, and all of them are over.
 */
export class Seal {
  readonly #key = randomBytes(32);

  seal(text: string, expiresAt: number): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify([expiresAt, text])), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  /** Null: it is not of this process, was changed, or is over. */
  open(sealed: string, now: number): string | null {
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length <= IV_BYTES + TAG_BYTES) return null;
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    let json: string;
    try {
      json = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString();
    } catch {
      // The tag is that of other bytes, or of another key.
      return null;
    }
    const [expiresAt, text] = JSON.parse(json) as [number, string];
    return now < expiresAt ? text : null;
  }
}
