import { toError } from "../../contract/to-error.ts";

/** A meta file that cannot be read as rows. `line` counts from 1. */
export class MetaRowsError extends Error {
  readonly line: number;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.name = "MetaRowsError";
    this.line = line;
  }
}

export type MetaRowsFormat = "json" | "csv";

/** The older program always read JSON lines; CSV is read only when the name says so (`rows.csv`, `rows.csv.gz`). */
export function metaRowsFormat(path: string): MetaRowsFormat {
  return /\.csv(?:\.[a-z0-9]+)?$/i.test(path) ? "csv" : "json";
}

/** Rows of a meta file: JSON objects, one a line, or CSV under a header line; empty lines are skipped. */
export function parseMetaRows(text: string, format: MetaRowsFormat = "json"): Map<string, string>[] | MetaRowsError {
  try {
    return format === "csv" ? csvRows(text) : jsonRows(text);
  } catch (error) {
    if (error instanceof MetaRowsError) return error;
    throw error;
  }
}

function jsonRows(text: string): Map<string, string>[] {
  const rows: Map<string, string>[] = [];
  text.split("\n").forEach((line, index) => {
    const json = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (json !== "") rows.push(jsonRow(json, index + 1));
  });
  return rows;
}

function jsonRow(json: string, line: number): Map<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new MetaRowsError(line, `not a JSON object (${toError(error).message})`);
  }
  if (typeof value !== "object" || Array.isArray(value)) throw new MetaRowsError(line, "not a JSON object");
  const row = new Map<string, string>();
  for (const [key, field] of Object.entries(value ?? {})) {
    if (hasInfinity(field)) throw new MetaRowsError(line, `the number of ${JSON.stringify(key)} is too large`);
    row.set(key.toWellFormed(), fieldText(field));
  }
  return row;
}

function fieldText(field: unknown): string {
  if (typeof field === "string") return field.toWellFormed();
  if (typeof field === "number") return numberText(field);
  return field === null ? "" : JSON.stringify(field);
}

/** JSON's 1e999 is Infinity in JavaScript and an error in Go. */
function hasInfinity(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  return typeof value === "object" && value !== null && Object.values(value).some(hasInfinity);
}

/** The shortest digits that parse to the same number, without an exponent, as Go writes them. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const [digits = "", exponent] = String(value).split("e");
  if (exponent === undefined) return digits;
  const sign = digits.startsWith("-") ? "-" : "";
  const [integerPart = "", fraction = ""] = digits.slice(sign.length).split(".");
  const shift = Number(exponent);
  if (shift > 0) return `${sign}${integerPart}${fraction.padEnd(shift, "0")}`;
  return `${sign}0.${"0".repeat(-shift - 1)}${integerPart}${fraction}`;
}

function csvRows(text: string): Map<string, string>[] {
  const [header, ...records] = csvRecords(text.startsWith("\uFEFF") ? text.slice(1) : text);
  if (header === undefined) return [];
  const names = header.fields;
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new MetaRowsError(header.line, `column ${JSON.stringify(repeated)} occurs twice`);
  return records.map(({ line, fields }) => {
    if (fields.length !== names.length) {
      throw new MetaRowsError(line, `${fields.length} fields where the header has ${names.length}`);
    }
    return new Map(fields.map((field, index) => [names[index] ?? "", field]));
  });
}

interface CsvRecord {
  readonly line: number;
  readonly fields: string[];
}

/** RFC 4180: fields may be quoted, a quote in them doubled, and may then contain commas and line breaks. */
function csvRecords(text: string): CsvRecord[] {
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|\r?$)/y;
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [line, start] = [1, 1];
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text);
    if (match === null) throw new MetaRowsError(line, "a quote is misplaced or not closed");
    const [, raw = "", end = ""] = match;
    fields.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    line += raw.split("\n").length - 1;
    if (end === ",") continue;
    if (fields.length > 1 || raw !== "") records.push({ line: start, fields });
    fields = [];
    line++;
    start = line;
  }
  return records;
}
