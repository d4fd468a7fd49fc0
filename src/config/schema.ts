import type { KeySpec, KeyKind, SectionTable } from "./keys/key-spec.ts";
import { LISTED, SECTIONS } from "./keys/key-table.ts";
import { standardOf } from "./read/read-value.ts";

const DURATION = {
  type: "string",
  pattern: "^[+-]?(0|([0-9]*\\.?[0-9]*(ns|us|µs|μs|ms|s|m|h))+)$",
};

const TYPES: Readonly<Record<KeyKind, object>> = {
  string: { type: "string" },
  list: { type: "array", items: { type: "string" } },
  duration: DURATION,
  "Go duration": DURATION,
  integer: { type: "integer" },
  size: {
    anyOf: [
      { type: "integer", minimum: 0 },
      { type: "string", pattern: "^[0-9]+ *([kKmMgG][iI]?)?[bB]?$" },
    ],
  },
  boolean: { type: "boolean" },
  command: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }] },
  table: { type: "object", additionalProperties: { type: "string" } },
  "exit codes": {
    type: "object",
    properties: {
      warn: { type: "array", items: { type: "integer", minimum: 1, maximum: 255 } },
      alert: { type: "array", items: { type: "integer", minimum: 1, maximum: 255 } },
    },
    additionalProperties: false,
  },
};

/** JSON Schema (2020-12) of the config file, for editors. Other spellings of a key are valid too, so unknown keys are allowed. */
export function configSchema(): object {
  const { "": top, ...sections } = SECTIONS;
  const properties: Record<string, object> = propertiesOf(top ?? {});
  for (const [name, table] of Object.entries(sections))
    properties[name] = { type: "object", properties: propertiesOf(table) };
  for (const [name, table] of Object.entries(LISTED)) {
    properties[name] = { type: "array", items: { type: "object", properties: propertiesOf(table) } };
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Flowlord configuration",
    type: "object",
    properties,
  };
}

function propertiesOf(table: SectionTable): Record<string, object> {
  return Object.fromEntries(Object.entries(table).map(([key, spec]) => [key, propertyOf(spec)]));
}

function propertyOf(spec: KeySpec): object {
  const standard = standardOf(spec.standard, spec.kind);
  const plain = typeof standard === "string" || typeof standard === "number" || typeof standard === "boolean";
  const withDefault = plain
    ? { default: standard }
    : (spec.kind === "duration" || spec.kind === "Go duration") && standard !== null
      ? { default: spec.standard.replaceAll('"', "") }
      : {};
  const type = TYPES[spec.kind];
  return { ...type, description: spec.about, ...withDefault };
}
