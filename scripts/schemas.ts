import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { apiDocs } from "./api-docs.ts";
import { securityDocs } from "./security-docs.ts";
import { run } from "../src/cli/main.ts";
import { processContext } from "../src/cli/process-context.ts";
import { configSchema } from "../src/config/schema.ts";
import { configTemplate } from "../src/config/template.ts";
import { workflowJsonSchema } from "../src/core/workflow/workflow-json-schema.ts";

// Writes the JSON Schemas for editors, the example config, docs/api.md, a table of docs/security.md and the completions of shells: `node scripts/schemas.ts`. With
// --check it only checks whether they are up to date.

/** The files of schemas/, each with its definition. */
export const SCHEMAS: Readonly<Record<string, () => unknown>> = {
  "config.schema.json": configSchema,
  "workflow.schema.json": workflowJsonSchema,
};

export function schemaPath(name: string): string {
  return fileURLToPath(new URL(`../schemas/${name}`, import.meta.url));
}

export function schemaText(name: string): string {
  return `${JSON.stringify(SCHEMAS[name]?.(), null, 2)}\n`;
}

/** The files of packaging/completions/, named as their shells look for them. */
export const COMPLETIONS: Readonly<Record<string, string>> = {
  "flowlord.bash": "bash",
  _flowlord: "zsh",
  "flowlord.fish": "fish",
};

export async function completionsText(shell: string): Promise<string> {
  const lines: string[] = [];
  const context = { ...processContext(process), out: (text: string) => void lines.push(`${text}\n`) };
  await run(["completions", shell], context);
  return lines.join("");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const made = Object.keys(SCHEMAS).map((name) => [`schemas/${name}`, schemaText(name)] as const);
  const completions = Object.entries(COMPLETIONS).map(
    async ([name, shell]) => [`packaging/completions/${name}`, await completionsText(shell)] as const,
  );
  const example = ["flowlord.example.toml", configTemplate(null)] as const;
  const api = ["docs/api.md", await apiDocs()] as const;
  const securityPage = fileURLToPath(new URL("../docs/security.md", import.meta.url));
  const security = ["docs/security.md", await securityDocs(await readFile(securityPage, "utf8"))] as const;
  for (const [name, text] of [...made, ...(await Promise.all(completions)), example, api, security]) {
    const path = fileURLToPath(new URL(`../${name}`, import.meta.url));
    if (process.argv.includes("--check")) {
      if ((await readFile(path, "utf8")) === text) continue;
      process.stderr.write(`${name} differs from its definition: run node scripts/schemas.ts\n`);
      process.exitCode = 1;
    } else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }
}
