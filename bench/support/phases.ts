import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PHASES_A_FILE = 100;

/** Workflow files of 100 phases each, each with the schedule for its number; returns their folder. */
export async function writePhases(dir: string, phases: number, cron: (phase: number) => string): Promise<string> {
  const folder = join(dir, "workflows");
  await mkdir(folder, { recursive: true });
  for (let first = 0; first < phases; first += PHASES_A_FILE) {
    const names = Array.from({ length: Math.min(PHASES_A_FILE, phases - first) }, (_, index) => first + index);
    const text = names.map(
      (name) =>
        `[[phase]]\ntask = "tick:p${name}"\nrule = "cron=${cron(name)}"\ntemplate = "?date={yyyy}-{mm}-{dd}T{hh}&phase=${name}"\n`,
    );
    await writeFile(join(folder, `flows-${String(first / PHASES_A_FILE).padStart(4, "0")}.toml`), text.join("\n"));
  }
  return folder;
}
