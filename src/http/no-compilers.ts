/**
 * Fastify loads a validator and a serializer of its own, a hundred files, unless factories for them are configured. These
 * factories refuse: routes without a schema need no compiler, and routes with one bring their own.
 */
export const NO_COMPILERS = { compilersFactory: { buildValidator: () => refuse, buildSerializer: () => refuse } };

function refuse(): never {
  throw new Error("a route has a schema, but this application has no compiler for it: move the route to api.ts");
}
