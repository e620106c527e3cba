import type { WayOut } from "../../api/culprits.ts";

/** A change that has an application half, and whether that is on its way. */
export interface ChangeHalf {
  change: string;
  tables: readonly string[];
  app: string;
  version: string;
  isReleased: boolean;
}

type Culpable =
  | { kind: "structural-change"; tables: readonly string[]; halves: readonly ChangeHalf[] }
  | {
      kind: "shipment";
      id: string;
      isOpen: boolean;
      direction: "forward" | "back";
      isPastReturn: boolean;
      half: { app: string; version: string } | null;
    }
  | {
      kind: "release";
      id: string;
      app: string;
      appVersion: string;
      state: "running" | "finished" | "cancelled";
      previous: string | null;
    };

/** What takes a change back, or forward to where structure and application fit; null where nothing is left to do. */
export function wayOutOf(culpable: Culpable): WayOut | null {
  switch (culpable.kind) {
    case "structural-change": {
      const half = culpable.halves.find(
        ({ tables, isReleased }) => !isReleased && tables.some((table) => culpable.tables.includes(table)),
      );
      if (half !== undefined) {
        return forward(half, `${half.app}@${half.version} goes with this structure, and is not released`);
      }
      return {
        text: "Interlock did not make it, so it can't take it back: ship a change in the other direction.",
        command: null,
        action: null,
      };
    }
    case "shipment": {
      const { id, isOpen, direction, isPastReturn, half } = culpable;
      if (isOpen && direction === "forward" && !isPastReturn) {
        return {
          text: "The shipment can be taken back in every database.",
          command: `interlock shipment rollback ${id}`,
          action: { kind: "roll-back-shipment", shipment: id },
        };
      }
      return half === null || direction === "back"
        ? null
        : forward(half, "there is no way back; the application that goes with it can be released");
    }
    case "release": {
      const { id, app, appVersion, state, previous } = culpable;
      if (state === "running") {
        return {
          text: `Give the release of ${appVersion} up; deploy nothing more of it.`,
          command: `interlock release cancel ${id}`,
          action: { kind: "cancel-release", release: id },
        };
      }
      if (state === "cancelled" || previous === null) return null;
      return forward({ app, version: previous }, `${app}@${previous} ran before it`);
    }
    default:
      return culpable satisfies never;
  }
}

function forward({ app, version }: { app: string; version: string }, text: string): WayOut {
  return {
    text: `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`,
    command: `interlock release start ${app}@${version}`,
    action: { kind: "start-release", app, version },
  };
}
