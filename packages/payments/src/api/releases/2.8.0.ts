import { release as previous } from "./2.7.0.ts";
import type { Release } from "./release.ts";

/** Notifications wait and fail by the words of every other state. */
export const release: Release = {
  ...previous,
  version: "2.8.0",
  notifications: { ...previous.notifications, waiting: "pending", givenUp: "failed" },
};
