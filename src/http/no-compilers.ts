/**
 * Fastify loads a validator and a serializer of its own, a hundred files, unless it is given factories for them. These
 * give none: routes without a schema need none, and those with one bring their own.
 */
export const NO_COMPILERS = { compilersFactory: { buildValidator: () => refuse, buildSerializer: () => refuse } };

function refuse(): never {
  throw new Error("a route has a schema, and this application no compiler for it: it belongs into api.ts");
}
