import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

/** How often the targets of links are checked. */
const POLL_MS = 1000;
/** Checks take at most a hundredth of the time. */
const SHARE = 100;

export interface LinkWatchOptions {
  /** A file or folder. */
  readonly path: string;
  readonly onChange: () => void;
  readonly pollMs?: number;
}

/**
 * Watches what no notice of the system tells: where the path itself leads when it is a link, and the files and folders that
 * links below it lead to, with all that is in these. Without links it does nothing.
 */
export class LinkWatch {
  readonly #options: LinkWatchOptions;
  #links: readonly string[] = [];
  #state = "";
  #timer: NodeJS.Timeout | null = null;
  #polling: Promise<void> | null = null;
  #stopped = false;

  constructor(options: LinkWatchOptions) {
    this.#options = options;
  }

  /** Finds the links anew: after the start, and after each change. */
  async refresh(): Promise<void> {
    const { path } = this.#options;
    const root = await realpath(path).catch(() => null);
    const links = root === resolve(path) ? [] : [path];
    if (root !== null) links.push(...(await linksBelow(root)));
    this.#links = links;
    this.#state = await stateOf(links);
    this.#plan(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#polling;
  }

  #plan(tookMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#stopped || this.#links.length === 0) return;
    const { pollMs = POLL_MS } = this.#options;
    this.#timer = setTimeout(
      () => {
        this.#polling = this.#poll();
      },
      Math.max(pollMs, tookMs * SHARE),
    );
    this.#timer.unref();
  }

  async #poll(): Promise<void> {
    const began = performance.now();
    const state = await stateOf(this.#links);
    if (this.#stopped) return;
    const isChanged = state !== this.#state;
    this.#state = state;
    this.#plan(performance.now() - began);
    if (isChanged) this.#options.onChange();
  }
}

/** The links, and what is in folders that they lead to. */
async function linksBelow(root: string): Promise<string[]> {
  const found: string[] = [];
  // Folders that were read with all below them.
  const read: string[] = [];
  const folders = [root];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    if (isBelow(folder, read)) continue;
    read.push(folder);
    // A file, or a folder that cannot be read: whoever reads the workflows says so.
    const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch((): Dirent[] => []);
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (folder !== root || entry.isSymbolicLink()) found.push(path);
      if (!entry.isSymbolicLink()) continue;
      const target = await realpath(path).catch(() => null);
      if (target !== null && (await isFolder(target))) folders.push(target);
    }
  }
  return found;
}

function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some(
    (folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`),
  );
}

async function isFolder(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info?.isDirectory() === true;
}

/** Where each link leads, and what is there. */
async function stateOf(links: readonly string[]): Promise<string> {
  const states = await Promise.all(
    links.map(async (link) => {
      try {
        const [target, { ino, size, mtimeMs }] = await Promise.all([realpath(link), stat(link)]);
        return [target, ino, size, mtimeMs].join(" ");
      } catch {
        // It leads nowhere for now.
        return "";
      }
    }),
  );
  return states.join("\n");
}
