/** An invalid worker option; the message says which one and what it must be. */
export class WorkerOptionsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WorkerOptionsError";
  }
}
