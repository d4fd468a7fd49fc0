/** Worker options that cannot be meant; the sentence says which one and what it must be. */
export class WorkerOptionsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "WorkerOptionsError";
  }
}
