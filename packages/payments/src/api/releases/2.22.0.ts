import { release as previous } from "./2.21.0.ts";
import type { Release } from "./release.ts";

/** Notifications are kept by month. */
export const release: Release = {
  ...previous,
  version: "2.22.0",
  notifications: {
    ...previous.notifications,
    key: ["id", "created_at"],
    returned: "notifications.id::text, notifications.created_at::text",
  },
};
