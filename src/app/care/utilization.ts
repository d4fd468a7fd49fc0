import { performance } from "node:perf_hooks";

/** The share of the time since the previous call in which this thread was busy. */
export function utilizationSince(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    return utilization;
  };
}
