import type { TlsOptions } from "../../config/options.ts";
import { toError } from "../../contract/to-error.ts";
import { SECOND } from "../../contract/time/time-units.ts";
import type { ResolvedCause } from "../../core/decide/effects.ts";
import { newAlert } from "../../core/decide/new-alert.ts";
import type { Objects } from "../../objects/objects.ts";
import { Loop } from "../../services/loop.ts";
import type { Service } from "../../services/service.ts";
import type { Store } from "../../store/store.ts";
import type { OnProblem } from "../intake.ts";
import type { Log } from "../log/log.ts";
import { type CheckedPair, dayOf, expiresSoon, outOfDate, readKeyPair } from "./key-pair.ts";

/** Asking is cheaper than watching: the two files are often links, and links to links. */
const EVERY_MS = 10 * SECOND;

export interface CertificateParts {
  readonly objects: Pick<Objects, "read">;
  readonly store: Pick<Store, "record">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  readonly now: () => number;
  readonly onProblem: OnProblem;
  /** Puts a pair in force for the connections that begin from then on. */
  readonly replace: (pair: CheckedPair) => Promise<void>;
}

/**
 * Reads the certificate and its key again and puts them in force when they have changed. A pair that cannot be used leaves the
 * last good one in force, with an alert; so does one that is out of date.
 */
export class CertificateWatch implements Service {
  readonly name = "certificate";
  readonly #options: TlsOptions;
  readonly #parts: CertificateParts;
  readonly #loop: Loop;
  #inForce: CheckedPair;
  /** What the last look found wrong; the two files are replaced one after the other, so one look may see a half. */
  #suspected: string | null = null;
  /** What people know is wrong; null: nothing; undefined: nobody was told of anything yet. */
  #fault: string | null | undefined;
  degraded: string | null = null;

  constructor(options: TlsOptions, initial: CheckedPair, parts: CertificateParts) {
    this.#options = options;
    this.#inForce = initial;
    this.#parts = parts;
    const { now, onProblem } = parts;
    this.#loop = new Loop({
      name: this.name,
      run: async () => {
        await this.runOnce();
        return now() + EVERY_MS;
      },
      now,
      onProblem,
      atLeastEveryMs: EVERY_MS,
    });
  }

  get lastRunAt(): number | null {
    return this.#loop.lastRunAt;
  }

  get busySince(): number | null {
    return this.#loop.busySince;
  }

  get currentError(): string | null {
    return this.#loop.currentError;
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /** Rejects only when the database cannot be written. */
  async runOnce(): Promise<void> {
    const refused = await this.#refused();
    const isSure = refused === null || refused === this.#suspected;
    this.#suspected = refused;
    if (!isSure) return;
    const { now, log } = this.#parts;
    const stale = outOfDate(this.#inForce, now());
    const soon = expiresSoon(this.#inForce, now());
    await this.#report(
      refused ?? (stale === null ? null : `The HTTP server goes on with the pair of [tls]: ${stale}.`),
    );
    const ending = soon === null ? null : `${soon}: renew it in ${this.#options.certificate}`;
    const degraded = this.#fault ?? ending;
    if (degraded !== null && degraded === ending && degraded !== this.degraded)
      log.warn("certificate", `The pair of [tls]: ${degraded}.`);
    this.degraded = degraded;
  }

  /** Puts a new pair in force; returns why it cannot be. */
  async #refused(): Promise<string | null> {
    const { objects, replace, now, log } = this.#parts;
    try {
      const pair = await readKeyPair(this.#options, objects);
      if (pair.certificate === this.#inForce.certificate && pair.key === this.#inForce.key) return null;
      const stale = outOfDate(pair, now());
      if (stale !== null) return `The new pair of [tls] is not taken, and the last good one stays in force: ${stale}.`;
      await replace(pair);
      this.#inForce = pair;
      log.info("certificate", `New connections get the new certificate, which expires on ${dayOf(pair.validTo)}.`);
      return null;
    } catch (error) {
      return `The pair of [tls] is not taken, and the last good one stays in force: ${toError(error).message}`;
    }
  }

  async #report(fault: string | null): Promise<void> {
    if (fault === this.#fault) return;
    const { store, log, now } = this.#parts;
    const cause = this.#options.certificate;
    if (fault !== null) {
      log.error("certificate", fault);
      await store.record({ alerts: [newAlert("config_invalid", fault, { cause })], decisions: [] }, now());
    } else {
      const about = { type: "config_invalid", taskType: "", job: "", taskTime: null, workflow: "" } as const;
      const resolves: readonly ResolvedCause[] = [{ ...about, cause, note: "the certificate in force is good" }];
      await store.record({ alerts: [], decisions: [], resolves }, now());
      if (this.#fault !== undefined) log.info("certificate", "The pair of [tls] is good again.");
    }
    this.#fault = fault;
  }
}
