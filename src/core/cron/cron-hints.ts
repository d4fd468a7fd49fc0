import { parseDuration } from "../time/duration.ts";

/** What a valid schedule means although it was probably meant otherwise. */
interface CronHint {
  readonly code: "cron_step" | "cron_every";
  readonly message: string;
  readonly remedy: string;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
}

const FIELDS: readonly Field[] = [
  { name: "second", min: 0, max: 59, unit: "s" },
  { name: "minute", min: 0, max: 59, unit: "m" },
  { name: "hour", min: 0, max: 23, unit: "h" },
  { name: "day of month", min: 1, max: 31, unit: "" },
  { name: "month", min: 1, max: 12, unit: "" },
  { name: "day of week", min: 0, max: 6, unit: "" },
];

/** Of an expression that `parseCron` accepted. */
export function cronHints(text: string): readonly CronHint[] {
  const expression = text.replace(/^(?:CRON_)?TZ=\S*\s+/, "").trim();
  if (expression.startsWith("@every ")) return everyHints(expression.slice("@every ".length));
  if (expression.startsWith("@")) return [];
  const fields = expression.split(/\s+/);
  const kinds = fields.length === 5 ? FIELDS.slice(1) : FIELDS;
  return kinds.flatMap((field, index) => (fields[index] ?? "").split(",").flatMap((part) => stepHints(part, field)));
}

/** A step that is larger than its range leaves only the first value of it. */
function stepHints(part: string, { name, min, max, unit }: Field): readonly CronHint[] {
  const match = /^(\*|\?|(\d+)(?:-(\d+))?)\/(\d+)$/.exec(part);
  if (match === null) return [];
  const first = match[2] === undefined ? min : Number(match[2]);
  const last = match[3] === undefined ? max : Number(match[3]);
  const step = Number(match[4]);
  if (step <= last - first || step === 1) return [];
  const remedy =
    unit === ""
      ? `Write ${first}, or a smaller step.`
      : `Write ${first} for that, or @every ${step}${unit} for every ${step} ${name}s from the last tick on.`;
  return [
    { code: "cron_step", message: `${part} is only ${name} ${first}: a step does not go beyond its range.`, remedy },
  ];
}

function everyHints(duration: string): readonly CronHint[] {
  const ns = parseDuration(duration);
  if (ns === null || (ns >= 1_000_000_000n && ns % 1_000_000_000n === 0n)) return [];
  const counts = ns < 1_000_000_000n ? "every second" : `every ${ns / 1_000_000_000n} s`;
  const why = ns <= 0n ? "is not above zero" : "is not a number of full seconds";
  const remedy = "Write full seconds above zero, like @every 5m.";
  return [{ code: "cron_every", message: `@every ${duration} ${why}: it counts as ${counts}.`, remedy }];
}
