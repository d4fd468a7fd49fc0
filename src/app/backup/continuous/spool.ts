import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readSegmentKey } from "../../../core/backup/segment-key.ts";
import { codeOf } from "../../../contract/to-error.ts";
import { EMPTIED_TAIL, TAIL } from "../../../store/sqlite/journal/wal-keeper.ts";

const position = z.object({
  salt1: z.int(),
  salt2: z.int(),
  frame: z.int(),
  sum: z.tuple([z.int(), z.int()]).readonly(),
  isEnd: z.boolean(),
});

/** How far the log was read, and what was made of it. */
const spoolState = z.object({
  format: z.literal(1),
  epoch: z.uuid(),
  /** Of the last segment; 0: there is none yet. */
  number: z.int(),
  /** Its time, in milliseconds. */
  at: z.int(),
  sum: z.string().nullable(),
  /** Its file, which may still have its unfinished name. */
  file: z.string().nullable(),
  position,
  /** There is a good backup from which the segments go on. */
  isBased: z.boolean(),
  /** Until when everything is stored that was committed; null: not yet. */
  coveredUntil: z.int().nullable(),
});

export type SpoolState = z.infer<typeof spoolState>;

export interface Waiting {
  readonly file: string;
  readonly bytes: number;
}

const STATE = "state.json";
const UNFINISHED = ".unfinished";

/** A folder for the segments that are not yet stored. Throws the errors of the disk. */
export class Spool {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What a process before has left: its state, when that can be read, and the segments that wait, oldest first. */
  async open(): Promise<{ readonly state: SpoolState | null; readonly waiting: readonly Waiting[] }> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const state = await this.#state();
    const names = await readdir(this.folder);
    if (state?.file !== null && state !== null && names.includes(state.file + UNFINISHED))
      await rename(this.#path(state.file + UNFINISHED), this.#path(state.file));
    const waiting: Waiting[] = [];
    for (const name of (await readdir(this.folder)).toSorted()) {
      if (name.endsWith(UNFINISHED)) await rm(this.#path(name));
      else if (readSegmentKey(name) !== null) waiting.push({ file: name, bytes: (await stat(this.#path(name))).size });
    }
    return { state, waiting };
  }

  /** The copy of the end of a log that went on right behind it, made after this position. */
  async emptiedTail({ position: { salt1, salt2, frame } }: SpoolState): Promise<string | null> {
    const begin = `${salt1}-${salt2}-${frame}-`;
    const found = (await readdir(this.folder)).find((name) => name.startsWith(begin) && name.endsWith(EMPTIED_TAIL));
    return found === undefined ? null : this.#path(found);
  }

  /** Killed anywhere, the state has the segment, and the segment is there, or neither is. */
  async add(content: Uint8Array, state: SpoolState & { readonly file: string }): Promise<void> {
    await writeDurably(this.#path(state.file + UNFINISHED), content);
    await this.save(state);
    await rename(this.#path(state.file + UNFINISHED), this.#path(state.file));
  }

  async save(state: SpoolState): Promise<void> {
    const path = this.#path(STATE);
    await writeDurably(path + UNFINISHED, Buffer.from(JSON.stringify(state)));
    await rename(path + UNFINISHED, path);
  }

  async read(file: string): Promise<Buffer> {
    return await readFile(this.#path(file));
  }

  async remove(file: string): Promise<void> {
    await rm(this.#path(file), { force: true });
  }

  /** Copies of the ends of logs that were read, or that nobody needs. */
  async removeTails(): Promise<void> {
    for (const name of await readdir(this.folder))
      if (name.endsWith(TAIL) || name.endsWith(EMPTIED_TAIL)) await rm(this.#path(name), { force: true });
  }

  /** How far the log was read. */
  async forget(): Promise<void> {
    await rm(this.#path(STATE), { force: true });
  }

  async #state(): Promise<SpoolState | null> {
    try {
      return spoolState.parse(JSON.parse(await readFile(this.#path(STATE), "utf8")));
    } catch (error) {
      if (codeOf(error) === "ENOENT" || error instanceof SyntaxError || error instanceof z.ZodError) return null;
      throw error;
    }
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}

async function writeDurably(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.datasync();
  } finally {
    await file.close();
  }
}
