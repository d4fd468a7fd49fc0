import { parseArgs } from "node:util";

/** A flag that takes a whole number; `smoke` is its value in a smoke run. */
export interface NumberFlag {
  readonly default: number;
  readonly smoke: number;
  readonly help: string;
}

/**
 * The numbers of a benchmark's command line, and what stands beside them. Null: `--help` was asked for and is printed. In a smoke run the defaults
 * are small: it shows that the benchmark works, not how fast Flowlord is.
 */
export function readFlags<Name extends string>(
  purpose: string,
  flags: Readonly<Record<Name, NumberFlag>>,
): (Readonly<Record<Name, number>> & { readonly isSmoke: boolean; readonly files: readonly string[] }) | null {
  const entries = Object.entries<NumberFlag>(flags);
  const strings = Object.fromEntries(entries.map(([name]) => [name, { type: "string" as const }]));
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...strings, smoke: { type: "boolean" as const }, help: { type: "boolean" as const, short: "h" } },
  });
  const given: Readonly<Record<string, string | boolean | undefined>> = values;
  if (given["help"] === true) {
    console.log(`${purpose}\n\n  --smoke  a run of a few seconds with small numbers; no target is asserted`);
    for (const [name, flag] of entries) console.log(`  --${name} N  ${flag.help} (default ${flag.default})`);
    return null;
  }
  const isSmoke = given["smoke"] === true;
  const numbers = entries.map(([name, flag]): [string, number] => {
    const text = given[name];
    if (typeof text !== "string") return [name, isSmoke ? flag.smoke : flag.default];
    if (!/^\d+$/.test(text)) throw new Error(`--${name} takes a whole number from 0, not "${text}"`);
    return [name, Number(text)];
  });
  return { ...(Object.fromEntries(numbers) as Record<Name, number>), isSmoke, files: positionals };
}
