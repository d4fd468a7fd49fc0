import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/**
 * Serves everything below `/api/` with another application, loaded by the first such request: until then an instance does
 * without its schemas (some 50 ms and 20 MB).
 */
export function mountApi(app: FastifyInstance, load: () => Promise<FastifyInstance>): void {
  let loading: Promise<FastifyInstance> | null = null;

  async function api(): Promise<FastifyInstance> {
    loading ??= load();
    try {
      const loaded = await loading;
      await loaded.ready();
      return loaded;
    } catch (error) {
      // The next request tries again.
      loading = null;
      throw error;
    }
  }

  app.all("/api/*", {
    // Before the body is read: the other application reads it, under its own limits.
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      const loaded = await api();
      reply.hijack();
      loaded.routing(request.raw, reply.raw);
    },
    handler: (_request, reply) => reply,
  });
  app.addHook("onClose", async () => {
    if (loading !== null) await (await loading).close();
  });
}
