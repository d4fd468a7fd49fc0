import { auditOf, type AuditParts } from "./audit.ts";
import type { EngineContext } from "../context.ts";

/**
 * The writes of a command while no instance runs, each with its entry in the audit log: `tasks.retry` is the act of that name. A
 * proxy, so that a new act needs no line here.
 */
export function audited<T extends object>(
  acts: T,
  { store, runtime, redact }: Pick<EngineContext, "store" | "runtime"> & Pick<AuditParts, "redact">,
  user: string,
  isWrite: (act: string, request: unknown) => boolean,
): T {
  const audit = auditOf({ store, runtime, redact });
  const around = (target: object, path: string): object =>
    new Proxy(target, {
      get: (_, name) => {
        const value: unknown = Reflect.get(target, name, target);
        const act = path + String(name);
        if (typeof value === "object" && value !== null) return around(value, `${act}.`);
        if (typeof value !== "function") return value;
        return async (...args: readonly unknown[]) => {
          const answer: unknown = await Reflect.apply(value, target, args);
          if (!isWrite(act, args[0])) return answer;
          const after = args.length === 1 ? args[0] : args;
          await audit({
            who: user,
            via: "command",
            address: "",
            requestId: runtime.newId(),
            act,
            target: "",
            outcome: "done",
            after,
          });
          return answer;
        };
      },
    });
  return around(acts, "") as T;
}
