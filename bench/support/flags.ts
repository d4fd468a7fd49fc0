import { parseArgs } from "node:util";

/** A flag that takes an integer; `smoke` is its value in a smoke run. */
export interface NumberFlag {
  readonly default: number;
  readonly smoke: number;
  readonly help: string;
}

/**
 * The numbers of a benchmark's command line, and its positional arguments. Null after `--help`, which is printed here. A
 * smoke run has small defaults: it shows that the benchmark works, not how fast Flowlord is.
 */
export function readFlags<Name extends string>(
  purpose: string,
  flags: Readonly<Record<Name, NumberFlag>>,
): (Readonly<Record<Name, number>> & { readonly isSmoke: boolean; readonly files: readonly string[] }) | null {
  const entries = Object.entries<NumberFlag>(flags);
  const strings = Object.fromEntries(entries.map(([name]) => [name, { type: "string" as const }]));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...strings,
      smoke: { type: "boolean" as const },
      // Read by figures.ts.
      json: { type: "boolean" as const },
      help: { type: "boolean" as const, short: "h" },
    },
  });
  const input: Readonly<Record<string, string | boolean | undefined>> = values;
  if (input["help"] === true) {
    console.log(`${purpose}\n\n  --smoke  a run of a few seconds with small numbers; no target is asserted`);
    console.log("  --json   print the figures as JSON, one object a line, and nothing else on standard output");
    for (const [name, flag] of entries) console.log(`  --${name} N  ${flag.help} (default ${flag.default})`);
    return null;
  }
  const isSmoke = input["smoke"] === true;
  const numbers = entries.map(([name, flag]): [string, number] => {
    const text = input[name];
    if (typeof text !== "string") return [name, isSmoke ? flag.smoke : flag.default];
    if (!/^\d+$/.test(text)) throw new Error(`--${name} takes an integer from 0, not "${text}"`);
    return [name, Number(text)];
  });
  return { ...(Object.fromEntries(numbers) as Record<Name, number>), isSmoke, files: positionals };
}
