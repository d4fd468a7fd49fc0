import { createHash, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";
import { promisify } from "node:util";
import { DomainError } from "../../contract/domain-error.ts";

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** How expensive a password is to try: 2^`ln` blocks of 8, so many times. */
export interface PasswordCost {
  readonly ln: number;
  readonly p: number;
}

/** 32 MiB and about a fifth of a second, as OWASP recommends for scrypt. */
export const PASSWORD_COST: PasswordCost = { ln: 15, p: 3 };

const BLOCK = 8;
const BYTES = 32;
/** More would wait longer than a browser does. */
const MAX_WAITING = 20;

/** Beginning of every key, so that one is recognised in a file or log where it should not be. */
const KEY_PREFIX = "flk_";
/** Characters of a key that are stored to recognise it by. */
const SHOWN_OF_KEY = KEY_PREFIX.length + 6;

/** Hashes passwords, one at a time: each takes memory, and many together would take all of it. */
export class Passwords {
  readonly #cost: PasswordCost;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(cost: PasswordCost = PASSWORD_COST) {
    this.#cost = cost;
  }

  /** In the PHC string format. Throws DomainError when too many wait. */
  async hash(password: string): Promise<string> {
    const { ln, p } = this.#cost;
    const salt = randomBytes(16);
    const made = await this.#derived(password, salt, this.#cost);
    return `$scrypt$ln=${ln},r=${BLOCK},p=${p}$${base64(salt)}$${base64(made)}`;
  }

  /** Takes as long for a user that does not exist (null) as for one that does. Throws DomainError when too many wait. */
  async isRight(password: string, stored: string | null): Promise<boolean> {
    const [, ln, p, salt = "", hash = ""] =
      /^\$scrypt\$ln=(\d+),r=8,p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored ?? "") ?? [];
    const cost = ln === undefined ? this.#cost : { ln: Number(ln), p: Number(p) };
    const made = await this.#derived(password, Buffer.from(salt, "base64"), cost);
    const expected = Buffer.from(hash, "base64");
    return expected.length === made.length && timingSafeEqual(expected, made);
  }

  #derived(password: string, salt: Buffer, { ln, p }: PasswordCost): Promise<Buffer> {
    if (this.#waiting >= MAX_WAITING)
      throw new DomainError("too_many", "too_many_logins", "Too many people log in at once: try again in a moment.");
    this.#waiting += 1;
    const N = 2 ** ln;
    const options = { N, r: BLOCK, p, maxmem: 256 * N * BLOCK };
    const made = this.#last
      .then(() => derive(password.normalize("NFC"), salt, BYTES, options))
      .finally(() => {
        this.#waiting -= 1;
      });
    // The next one waits for this one, however it ends.
    this.#last = made.catch(() => undefined);
    return made;
  }
}

function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}

/** 256 random bits: nobody guesses it, so a fast hash of it is enough. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function newKey(): { readonly key: string; readonly beginning: string } {
  const key = KEY_PREFIX + newSecret();
  return { key, beginning: key.slice(0, SHOWN_OF_KEY) };
}

export function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Compares digests, so that the duration reveals nothing about the secret, not even its length. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));
}
