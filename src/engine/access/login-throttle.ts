import { TokenBuckets } from "./token-buckets.ts";
import { MINUTE, SECOND } from "../../contract/time/time-units.ts";
import { TooManyError } from "./access-error.ts";
import { networkOf } from "./address.ts";

/** Wrong passwords of one account: ten at once, then one a minute. */
const OF_ACCOUNT = { capacity: 10, everyMs: MINUTE };
/** From one address, whatever the account. */
const OF_ADDRESS = { capacity: 30, everyMs: 10 * SECOND };

/** More accounts and networks are not remembered. */
const MAX_OWN = 10_000;

/** Limits how often passwords and the setup token are tried; a right one costs nothing. */
export class LoginThrottle {
  readonly #accounts = new TokenBuckets(OF_ACCOUNT);
  readonly #addresses = new TokenBuckets(OF_ADDRESS);
  readonly #atProvider = new TokenBuckets(OF_ADDRESS);
  /** Of accounts where somebody has logged in to them before. */
  readonly #ownAccounts = new TokenBuckets(OF_ACCOUNT);
  /** These accounts, each with its network, the last at the end. */
  readonly #own = new Set<string>();

  /** Call it before the password is looked at, and `succeeded` when it was right. Throws TooManyError. */
  attempt(account: string, address: string, now: number): void {
    const wait = this.#addresses.take(networkOf(address), now);
    if (wait > 0) throw tooMany("this address", wait);
    const [buckets, count] = this.#countOf(account, address);
    const accountWait = buckets.take(count, now);
    if (accountWait > 0) throw tooMany("this account", accountWait);
  }

  succeeded(account: string, address: string, now: number): void {
    this.#addresses.giveBack(networkOf(address), now);
    const [buckets, count] = this.#countOf(account, address);
    buckets.giveBack(count, now);
    const own = ownOf(account, address);
    this.#own.delete(own);
    this.#own.add(own);
    const [oldest] = this.#own;
    if (this.#own.size > MAX_OWN && oldest !== undefined) this.#own.delete(oldest);
  }

  /**
   * Where somebody has logged in to an account before, it is counted apart: else whoever guesses its password, from wherever,
   * would keep its owner out.
   */
  #countOf(account: string, address: string): readonly [TokenBuckets, string] {
    const own = ownOf(account, address);
    return this.#own.has(own) ? [this.#ownAccounts, own] : [this.#accounts, account.toLowerCase()];
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

/** No account that somebody has logged in to has a space in its name. */
function ownOf(account: string, address: string): string {
  return `${account.toLowerCase()} ${networkOf(address)}`;
}

function tooMany(of: string, wait: number): TooManyError {
  const seconds = Math.ceil(wait / SECOND);
  return new TooManyError(
    "too_many_logins",
    `Too many wrong logins of ${of}: try again in ${seconds} s; who is logged in, and keys, are not affected.`,
    wait,
  );
}
