import { TokenBuckets } from "./token-buckets.ts";
import { MINUTE, SECOND } from "../../contract/time/time-units.ts";
import { TooManyError } from "./access-error.ts";

/** Wrong passwords of one account: ten at once, then one a minute. */
const OF_ACCOUNT = { capacity: 10, everyMs: MINUTE };
/** From one address, whatever the account. */
const OF_ADDRESS = { capacity: 30, everyMs: 10 * SECOND };

/** Limits how often passwords and the setup token are tried; a right one costs nothing. */
export class LoginThrottle {
  readonly #accounts = new TokenBuckets(OF_ACCOUNT);
  readonly #addresses = new TokenBuckets(OF_ADDRESS);
  readonly #atProvider = new TokenBuckets(OF_ADDRESS);

  /** Call it before the password is looked at, and `succeeded` when it was right. Throws TooManyError. */
  attempt(account: string, address: string, now: number): void {
    const wait = this.#addresses.take(networkOf(address), now);
    if (wait > 0) throw tooMany("this address", wait);
    const accountWait = this.#accounts.take(account.toLowerCase(), now);
    if (accountWait > 0) throw tooMany("this account", accountWait);
  }

  succeeded(account: string, address: string, now: number): void {
    this.#addresses.giveBack(networkOf(address), now);
    this.#accounts.giveBack(account.toLowerCase(), now);
  }

  /** The same before a provider is asked. Apart, so that passwords go on while it is down. */
  attemptAtProvider(address: string, now: number): void {
    const wait = this.#atProvider.take(networkOf(address), now);
    if (wait > 0) throw tooMany("this address", wait);
  }

  succeededAtProvider(address: string, now: number): void {
    this.#atProvider.giveBack(networkOf(address), now);
  }
}

/** A caller with IPv6 has a whole /64 of addresses. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:/, "");
  return plain.includes(":") ? plain.split(":").slice(0, 4).join(":") : plain;
}

function tooMany(of: string, wait: number): TooManyError {
  const seconds = Math.ceil(wait / SECOND);
  return new TooManyError(
    "too_many_logins",
    `Too many wrong logins of ${of}: try again in ${seconds} s; who is logged in, and keys, are not affected.`,
    wait,
  );
}
