import { expect, test } from "vitest";
import type { Action } from "../../api/actions.ts";
import { renderAction } from "./render-action.ts";

const action: Action = {
  id: "act_0000000000000001",
  reference: "ACT-1",
  incident: { id: "inc_0000000000000012", reference: "INC-12", environment: "production" },
  kind: "block",
  state: "open",
  symptoms: { en: "Partial deployment" },
  texts: { fr: "Blocage", en: "Block" },
  owner: "ada",
  dueAt: null,
  isPublic: true,
  rule: {
    kind: "block",
    scope: "order=split to=structure",
    settings: {},
    expiresAt: "2026-12-11T12:00:00.000Z",
    id: null,
    state: "not-accepted",
    refused: { decisions: 0, subjects: 0, lastAt: null },
  },
  backtest: {
    digest: "d1",
    changes: 2,
    caused: 1,
    stoppedCaused: [
      {
        change: "chg_a",
        title: "status",
        createdAt: "2026-11-27T12:00:00.000Z",
        causedIncident: "INC-12",
        why: "in its scope, for production",
      },
    ],
    stoppedGood: [],
    missedCaused: [],
    note: "Held against what each change does and where it was shipped to.",
  },
  acceptedAt: null,
  acceptedBy: null,
  endedAt: null,
  endedBy: null,
  endedReason: null,
  createdAt: "2026-11-27T12:00:00.000Z",
  createdBy: "ada",
  revision: 1,
};

test("a proposal shows its backtest and how it is accepted", () => {
  expect(renderAction(action)).toBe(`ACT-1  block  open  Block
  after     INC-12 (Partial deployment)
  owner     ada
  gate      block not-accepted: order=split to=structure until 2026-12-11T12:00:00.000Z
  backtest  of 2 changes it would have stopped 1: 1 that is known to have caused an incident, 0 good
    ✗ chg_a  status  (in its scope, for production, INC-12)
  missed    0 that are known to have caused an incident
  Held against what each change does and where it was shipped to.
  next      read it and accept it: interlock action accept ACT-1 --backtest d1
`);
});

test("one in force shows what was refused because of it, one that has ended why", () => {
  const inForce = renderAction({
    ...action,
    acceptedAt: "2026-11-27T13:00:00.000Z",
    rule:
      action.rule === null
        ? null
        : {
            ...action.rule,
            id: "rul_0000000000000001",
            state: "in-force",
            refused: { decisions: 3, subjects: 1, lastAt: "2026-11-28T09:00:00.000Z" },
          },
  });
  expect(inForce).toContain("  refused   3 times, 1 change, last 2026-11-28T09:00:00.000Z\n");
  expect(inForce).not.toContain("next");
  const ended = renderAction({
    ...action,
    kind: "task",
    rule: null,
    backtest: null,
    state: "dropped",
    endedBy: "eve",
    endedReason: "no",
  });
  expect(ended).toContain("  ended     by eve: no\n");
});
