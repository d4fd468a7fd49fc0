import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { StoreError } from "../../store.ts";
import { storeError } from "./connection.ts";

/** How long a call waits for a lock of another program. */
const MAX_WAIT_MS = 10_000;
/** The same after the signal to stop: a lock of a moment must not lose the marks of a clean stop. */
const STOP_WAIT_MS = 500;
const FIRST_PAUSE_MS = 2;
const LAST_PAUSE_MS = 100;

export interface LockWaitOptions {
  readonly path: string;
  /** Aborted: this process stops, so calls do not wait any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Repeats a call that found the database locked by another program, without blocking the event loop meanwhile: the write
 * connection itself never waits. Throws the StoreError of the last attempt, as any other error of the file.
 */
export class LockWait {
  readonly #options: LockWaitOptions;

  constructor(options: LockWaitOptions) {
    this.#options = options;
  }

  /** `call` changes nothing when it throws; it is repeated from its beginning. */
  async run<T>(call: () => T | Promise<T>): Promise<T> {
    const { path, signal } = this.#options;
    const began = performance.now();
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LAST_PAUSE_MS)) {
      try {
        return await call();
      } catch (error) {
        const failure = storeError(error, path);
        if (!(failure instanceof StoreError) || failure.code !== "busy") throw failure;
        const limit = signal?.aborted === true ? STOP_WAIT_MS : MAX_WAIT_MS;
        if (performance.now() - began > limit) throw failure;
      }
      await setTimeout(pause, undefined, { signal: signal?.aborted === true ? undefined : signal }).catch(
        () => undefined,
      );
    }
  }

  /**
   * The object, its async methods waiting for the lock. Each of them runs synchronously to its end, so that transactions
   * never interleave. A proxy, so that a new method needs no line in this file; `except` are passed on as they are.
   */
  around<T extends object>(target: T, except: ReadonlySet<PropertyKey> = new Set()): T {
    const known = new Map<PropertyKey, unknown>();
    return new Proxy(target, {
      get: (_, name) => {
        if (known.has(name)) return known.get(name);
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        let call: unknown = Object.hasOwn(target, name) ? value : value.bind(target);
        if (isAsync(value) && !except.has(name))
          call = (...args: unknown[]) => this.run(() => Reflect.apply(value, target, args) as Promise<unknown>);
        known.set(name, call);
        return call;
      },
    });
  }
}

function isAsync(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncFunction]";
}
