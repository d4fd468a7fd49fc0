import {
  PARAMETERS,
  PHASE_KEY_DEFINITIONS,
  PHASE_KEYS,
  type ParameterDefinition,
  type PhaseKey,
} from "./workflow-schema.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const TEXT: Json = { type: "string" };
const TEXTS: Json = { type: "array", items: TEXT };
const SCALAR: Json = { type: ["string", "number", "boolean"] };
const COLUMNS: Json = { type: "object", additionalProperties: { anyOf: [SCALAR, { type: "array", items: SCALAR }] } };

const PARAM: Json = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", description: "A key of meta." },
    type: { enum: ["string", "integer", "number", "boolean", "date"], default: "string" },
    default: { description: "Its value when none is given; without one it must be given." },
    choices: { type: "array", description: "The values that it may have." },
    secret: { type: "boolean", default: false, description: "Commands do not show its value." },
    description: { type: "string" },
  },
};

/**
 * JSON Schema (draft 2020-12) of a workflow file, for editors: they complete and explain the keys as they are
 * documented. Flowlord itself also accepts other spellings of a key (`DependsOn`, `depends_on`), so unknown keys pass.
 */
export function workflowJsonSchema(): Json {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Flowlord workflow file",
    type: "object",
    properties: {
      checksum: { type: "string", description: "Accepted and ignored." },
      on_removed: {
        enum: ["release", "cancel"],
        description: "The `on_removed` of each phase that says nothing else, and of those that left the file.",
      },
      phase: {
        type: "array",
        description: "The phases, each under its own [[phase]].",
        items: { type: "object", properties: phaseProperties() },
      },
    },
  };
}

function phaseProperties(): Json {
  const keys = PHASE_KEYS.map((name) => [name, phaseKeySchema(name)] as const);
  const parameters = PARAMETERS.map((one) => [one.name, parameterSchema(one)] as const);
  return Object.fromEntries([...keys, ...parameters]);
}

function phaseKeySchema(name: PhaseKey): Json {
  const { type, meaning } = PHASE_KEY_DEFINITIONS[name];
  const description = { description: meaning };
  if (type === "params") return { type: "array", items: PARAM, ...description };
  if (type === "integer") return { type: "integer", minimum: 0, default: 0, ...description };
  return type === "parents" ? { oneOf: [TEXT, TEXTS], ...description } : { type: "string", ...description };
}

function parameterSchema({ kind, choices, default: standard, meaning }: ParameterDefinition): Json {
  const description = { description: standard === null ? meaning : `${meaning} Default: ${standard}.` };
  if (kind === "count") return { type: "integer", minimum: 0, ...description };
  if (kind === "flag" || kind === "silence") return { type: "boolean", ...description };
  if (kind === "choice") return { enum: choices ?? [], ...description };
  if (kind === "names" || kind === "meta-keys") return { oneOf: [TEXT, TEXTS], ...description };
  if (kind === "columns") return { oneOf: [TEXT, COLUMNS], ...description };
  return { type: "string", ...description };
}
