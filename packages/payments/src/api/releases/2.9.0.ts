import { release as previous } from "./2.8.0.ts";
import type { Release } from "./release.ts";

/** A receiver that is gone for good has its notification muted. */
export const release: Release = {
  ...previous,
  version: "2.9.0",
  notifications: {
    ...previous.notifications,
    outcome: "case when $4::smallint = 410 then 'muted' else $3::notification_state end",
  },
};
