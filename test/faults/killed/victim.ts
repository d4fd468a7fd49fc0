import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** A process that says at which step it is, to be killed there as a power failure would. */
export class Victim {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** When each step began (ms), in their order. */
  readonly #begun = new Map<string, number>();
  #heard: (() => void) | null = null;
  #endedAt: number | null = null;

  constructor(module: URL, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = fork(module, args, {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [],
      env: { ...process.env, ...env },
    });
    this.#child.on("message", (step: string) => {
      if (!this.#begun.has(step)) this.#begun.set(step, performance.now());
      this.#heard?.();
    });
    this.#ended = once(this.#child, "exit").then(() => {
      this.#endedAt = performance.now();
      this.#heard?.();
    });
  }

  /** Runs to its end. Returns how long each step took. Throws when it failed. */
  async finish(): Promise<ReadonlyMap<string, number>> {
    await this.#ended;
    if (this.#child.exitCode !== 0) throw new Error(`it ended with ${this.#child.exitCode ?? this.#child.signalCode}`);
    const begun = [...this.#begun];
    return new Map(begun.map(([step, at], index) => [step, (begun[index + 1]?.[1] ?? this.#endedAt ?? at) - at]));
  }

  /** Killed so long after a step began. False: it had ended by then. */
  async killAt(step: string, afterMs: number): Promise<boolean> {
    while (!this.#begun.has(step) && this.#endedAt === null)
      await new Promise<void>((resolve) => (this.#heard = resolve));
    await pause(afterMs);
    const isRunning = this.#endedAt === null;
    this.#child.kill("SIGKILL");
    await this.#ended;
    return isRunning;
  }
}

/** A step, each as often as the others, and a moment in it. */
export function randomMoment(
  steps: ReadonlyMap<string, number>,
  random: () => number,
): { readonly step: string; readonly after: number } {
  const [step, ms] = [...steps][Math.floor(random() * steps.size)] ?? ["", 0];
  return { step, after: random() * ms };
}

/** Tells the parent at which step this process is, and resolves when it has been told. */
export async function say(step: string): Promise<void> {
  await new Promise<void>((resolve) => void process.send?.(step, undefined, undefined, () => resolve()));
}

export function args(): readonly string[] {
  return process.argv.slice(2);
}
