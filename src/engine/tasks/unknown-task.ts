import { DomainError } from "../../contract/domain-error.ts";

/** There is no record of that number. */
export class UnknownTaskError extends DomainError {
  constructor(recordId: number) {
    super("not_found", "unknown_task", `No task has the record number ${recordId}; GET /api/tasks lists them.`);
  }
}
