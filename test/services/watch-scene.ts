import { parseFilePattern } from "../../src/core/glob/watch-pattern.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { WatchedFileEvent } from "../../src/services/send-events.ts";
import { createFileWatcher, type FileWatcher, type WatchFilesOptions } from "../../src/services/watch-files.ts";
import { MemorySeenFiles } from "./seen-files.ts";

export const SETTLE = 1_000;

/** A folder, and watchers of it whose clock the test sets; nothing runs by itself unless a watcher is started. */
export class Scene {
  readonly dir: string;
  readonly seen = new MemorySeenFiles();
  readonly events: WatchedFileEvent[] = [];
  readonly problems: string[] = [];
  readonly watchers: FileWatcher[] = [];
  now = 1_000_000;
  emitError: Error | null = null;

  constructor(dir: string) {
    this.dir = dir;
  }

  watcher({
    pattern = "**",
    ...options
  }: Partial<Omit<WatchFilesOptions, "pattern">> & { pattern?: string } = {}): FileWatcher {
    const watcher = createFileWatcher({
      path: this.dir,
      pattern: parseFilePattern(pattern),
      settleMs: SETTLE,
      checksum: false,
      existing: true,
      emit: async (event) => {
        if (this.emitError !== null) throw this.emitError;
        this.events.push(event);
      },
      seen: this.seen,
      now: () => this.now,
      onProblem: (_name, error) => this.problems.push(error.message),
      rescanMs: 100,
      ...options,
    });
    this.watchers.push(watcher);
    return watcher;
  }

  /** Scans, lets everything settle, and delivers. */
  async settle(watcher: FileWatcher): Promise<void> {
    this.now += 10_000;
    await watcher.runOnce();
    this.now += SETTLE;
    await watcher.runOnce();
  }

  /** Names of the files announced, in order of name. */
  get names(): string[] {
    return this.events.map(({ event }) => event.path.slice(this.dir.length + 1)).toSorted();
  }

  file(name: string): string {
    return join(this.dir, name);
  }
}

export async function inScene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = new Scene(await mkdtemp(join(tmpdir(), "flowlord-watch-")));
  try {
    await run(scene);
  } finally {
    for (const watcher of scene.watchers) await watcher.stop();
    await rm(scene.dir, { recursive: true, force: true });
  }
}

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(5);
}
