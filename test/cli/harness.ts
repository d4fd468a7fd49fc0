import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { OuterContext } from "../../src/cli/context.ts";
import { run } from "../../src/cli/main.ts";
import { paintFor } from "../../src/cli/output/paint.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder with these files, removed after the test, in which command lines run as if typed there. */
export class Place {
  readonly dir: string;
  now = Date.UTC(2026, 2, 1, 12);
  env: Record<string, string> = {};
  /** Of the terminal; null: there is none. */
  width: number | null = null;

  constructor(t: TestContext, files: Readonly<Record<string, string>>) {
    this.dir = mkdtempSync(join(tmpdir(), "flowlord-cli-"));
    t.after(() => rmSync(this.dir, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    const path = join(this.dir, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  async run(args: readonly string[], input = "", cwd = this.dir): Promise<Ran> {
    let out = "";
    let err = "";
    const context: OuterContext = {
      out: (text) => void (out += `${text}\n`),
      err: (text) => void (err += `${text}\n`),
      write: async (bytes) => void (out += Buffer.from(bytes).toString("utf8")),
      redraw: () => undefined,
      serverOutput: () => ({
        isTerminal: false,
        write: (line) => {
          err += `${line}\n`;
          return true;
        },
        close: () => undefined,
      }),
      env: this.env,
      cwd,
      // In pieces, as a pipe gives it.
      input: (async function* () {
        const size = input.length < 10_000 ? 7 : 65_536;
        for (let at = 0; at < input.length; at += size) yield input.slice(at, at + size);
      })(),
      now: () => this.now,
      paint: paintFor(false, {}),
      width: this.width,
    };
    const code = await run(args, context);
    return { code, out, err };
  }
}

/** Lines of JSON. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
