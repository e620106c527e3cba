import { Gauge, type Registry } from "prom-client";
import type { Publication } from "../statuspage/publication.ts";

/** The figures of the status page on this server: it can go wrong without anybody who reads it noticing. */
export function statusPageFigures(registers: Registry[], publication: Publication): void {
  const readAt = new Gauge({
    name: "interlock_status_page_read_timestamp_seconds",
    help: "When the control database was last read for the status page.",
    registers,
    collect: () => {
      readAt.set((publication.readAt?.getTime() ?? 0) / 1_000);
    },
  });
  const failing = new Gauge({
    name: "interlock_status_page_target_failing",
    help: "Whether a place that the status page is written to does not take it.",
    labelNames: ["place"],
    registers,
    collect: () => {
      failing.reset();
      for (const { place, failure } of publication.targets) failing.set({ place }, failure === null ? 0 : 1);
    },
  });
  const writtenAt = new Gauge({
    name: "interlock_status_page_written_timestamp_seconds",
    help: "When a place that the status page is written to last held what this server had rendered.",
    labelNames: ["place"],
    registers,
    collect: () => {
      writtenAt.reset();
      for (const target of publication.targets) {
        writtenAt.set({ place: target.place }, (target.writtenAt?.getTime() ?? 0) / 1_000);
      }
    },
  });
}
