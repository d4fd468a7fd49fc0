import type { Bus, OutMessage, PublishResult } from "../../../src/bus/bus.ts";

export type Answer = (message: OutMessage) => PublishResult;

export const SENT: Answer = () => ({ status: "sent" });
export const FULL: Answer = () => ({ status: "full" });
export const FAILED: Answer = () => ({ status: "failed", error: new Error("no broker") });

/** A bus whose answers the test chooses. */
export class AnsweringBus implements Pick<Bus, "publish" | "onDrain"> {
  answer: Answer = SENT;
  readonly taken: OutMessage[] = [];
  readonly refused: OutMessage[] = [];
  offered = 0;
  room: (topic: string) => void = () => {};

  publish(batch: readonly OutMessage[]): readonly Promise<PublishResult>[] {
    this.offered += batch.length;
    return batch.map(async (message) => {
      const result = this.answer(message);
      if (result.status === "sent") this.taken.push(message);
      else this.refused.push(message);
      return result;
    });
  }

  onDrain(listener: (topic: string) => void): void {
    this.room = listener;
  }
}
