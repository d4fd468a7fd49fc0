/** Worker options that invalid; the sentence says which one and what it must be. */
export class WorkerOptionsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WorkerOptionsError";
  }
}
