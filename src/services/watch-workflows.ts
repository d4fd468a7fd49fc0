import { realpath } from "node:fs/promises";
import { watch, type FSWatcher } from "chokidar";
import { HOUR } from "../contract/time/time-units.ts";
import { toError } from "../contract/to-error.ts";
import { Loop } from "./loop.ts";
import { LinkWatch } from "./watch-links.ts";
import type { Service } from "./service.ts";

export interface WatchWorkflowsOptions {
  /** Default: `watch-workflows`. */
  readonly name?: string;
  /** The local file or folder to watch; null when the path is not local: then only `refresh` polls. */
  readonly path: string | null;
  /** Milliseconds between two polls; 0 or less: watch only. */
  readonly refresh: number;
  /** Files still change for a moment after the first notice: wait until none came for this long, in milliseconds. */
  readonly quiet?: number;
  /** Reads the workflows again. Never called twice at once. */
  readonly reload: () => Promise<void>;
  readonly now: () => number;
  /** A reload that failed. The watching goes on, and the loop retries. */
  readonly onProblem: (name: string, error: Error) => void;
}

const QUIET = 200;

/** Reloads the workflows, or the configuration, when their files change, and every `refresh` in any case. */
export class WatchWorkflows implements Service {
  readonly name: string;
  readonly #options: WatchWorkflowsOptions;
  readonly #loop: Loop;
  #watcher: FSWatcher | null = null;
  /** What the watcher watches: the path without links. */
  #root = "";
  #links: LinkWatch | null = null;
  #isStopped = true;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(options: WatchWorkflowsOptions) {
    this.#options = options;
    this.name = options.name ?? "watch-workflows";
    this.#loop = new Loop({
      name: this.name,
      run: async () => {
        await this.runOnce();
        return options.refresh > 0 ? options.now() + options.refresh : null;
      },
      now: options.now,
      onProblem: options.onProblem,
      atLeastEveryMs: options.refresh > 0 ? options.refresh : HOUR,
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
    this.#isStopped = false;
    void this.#watchPath();
    this.#loop.start();
  }

  /** The system reports changes where the files are, not where a link to them is. */
  async #watchPath(): Promise<void> {
    const { path, onProblem } = this.#options;
    if (path === null) return;
    // As it is when it leads nowhere: chokidar waits for it.
    const root = await realpath(path).catch(() => path);
    if (this.#isStopped) return;
    if (this.#watcher !== null && this.#root === root) return;
    void this.#watcher?.close();
    this.#root = root;
    this.#watcher = watch(root, { ignoreInitial: true, followSymlinks: false });
    this.#watcher.on("all", () => this.#soon());
    // What changed before the watching began: no notice comes of it, and a poll may be far away.
    this.#watcher.on("ready", () => this.#soon());
    this.#watcher.on("error", (error) => onProblem(this.name, toError(error)));
    this.#links ??= new LinkWatch({ path, onChange: () => this.#soon() });
    void this.#links.refresh();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#links?.stop();
    this.#links = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const watcher = this.#watcher;
    this.#watcher = null;
    await watcher?.close();
    await this.#loop.stop();
    await this.#running;
  }

  /** Reloads now; joins a running reload. Rejects when it fails. */
  async runOnce(): Promise<void> {
    this.#running ??= this.#options.reload().finally(() => {
      this.#running = null;
    });
    await this.#running;
  }

  #soon(): void {
    if (this.#isStopped) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // The links first: a change after that leads to another reload.
      void this.#watchPath()
        .then(() => this.#links?.refresh())
        .then(() => this.#loop.wake(0));
    }, this.#options.quiet ?? QUIET);
  }
}
