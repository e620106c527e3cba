import type { GateRequest } from "../../api/gate.ts";
import type { Stage } from "../facts.ts";
import { ids } from "./model-facts.ts";
import { changeNames, versions, type ChangeName, type Version } from "./model-truth.ts";
import type { World } from "./model-world.ts";

/** What can happen next. With a request it only happens when the gate says go. */
export interface Action {
  label: string;
  request?: GateRequest;
  next: World;
}

/** Everything that can happen next in a world, with or without anybody asking the gate. */
export function actionsIn(world: World): Action[] {
  return [
    ...sessionActions(world),
    ...releaseActions(world),
    ...changeNames.flatMap((change) => changeActions(world, change)),
    ...stepActions(world),
    ...blockActions(world),
    ...evidenceActions(world),
  ];
}

/** Every question that the gate can be asked. */
export const requests: readonly GateRequest[] = [
  ...versions.map((version): GateRequest => ({ kind: "release", app: "app", version: String(version) })),
  ...changeNames.flatMap((change) =>
    (["structure", "expand", "contract", "rollback"] as const).map((to): GateRequest => ({
      kind: "change",
      change: ids[change],
      to,
    })),
  ),
];

/** Sessions come of what is released or being released; they go whenever they like. */
function sessionActions(world: World): Action[] {
  return versions.flatMap((version): Action[] => {
    const has = world.sessions[version - 1] === true;
    if (!has && version !== world.released && version !== world.running) return [];
    const sessions = versions.map((one) => (one === version ? !has : world.sessions[one - 1] === true));
    const [first = false, second = false, third = false] = sessions;
    return [
      {
        label: `${String(version)} ${has ? "goes" : "comes"}`,
        next: { ...world, sessions: [first, second, third] },
      },
    ];
  });
}

/** A pipeline that crashes leaves its release running; anybody can end it. */
function releaseActions(world: World): Action[] {
  if (world.running !== null) {
    return [
      { label: "finish", next: { ...world, released: world.running, running: null } },
      { label: "cancel", next: { ...world, running: null } },
    ];
  }
  return versions.map((version: Version): Action => ({
    label: `release ${String(version)}`,
    request: { kind: "release", app: "app", version: String(version) },
    next: { ...world, running: version },
  }));
}

function changeActions(world: World, change: ChangeName): Action[] {
  const ask = (to: "structure" | "expand" | "contract" | "rollback"): GateRequest => ({
    kind: "change",
    change: ids[change],
    to,
  });
  const { shipment } = world;
  const actions: Action[] = [];
  if (shipment === null) {
    for (const target of ["expand", "contract"] as const) {
      const next: World = { ...world, shipment: { change, target, isContracting: false } };
      actions.push({ label: `expand ${change}, target ${target}`, request: ask("expand"), next });
    }
    const raw: World = { ...begin(world, change, { from: "before", to: "between" }), raw: change };
    if (raw.stages !== world.stages)
      actions.push({ label: `run ${change}`, request: ask("structure"), next: raw });
  }
  if (shipment === null || (shipment.change === change && !shipment.isContracting)) {
    const contracting: World = { ...world, shipment: { change, target: "contract", isContracting: true } };
    actions.push({ label: `contract ${change}`, request: ask("contract"), next: contracting });
  }
  if (shipment === null || shipment.change === change) {
    const back: World = { ...world, shipment: { change, target: "rollback", isContracting: false } };
    actions.push({ label: `roll back ${change}`, request: ask("rollback"), next: back });
  }
  return actions;
}

const goesOn: Partial<Record<Stage, Stage>> = {
  expanding: "expanded",
  contracting: "after",
  "rolling-back": "before",
  between: "after",
};

/** What was begun goes on by itself or stops for good: nobody asks again in between. */
function stepActions(world: World): Action[] {
  const steps: Action[] = [];
  for (const change of changeNames) {
    world.stages[change].forEach((stage, index) => {
      const to = goesOn[stage];
      if (to !== undefined)
        steps.push({ label: `${change} ${stage} → ${to}`, next: ended(moved(world, change, { index, to })) });
    });
  }
  const { shipment, raw } = world;
  if (raw !== null) {
    steps.push({ label: "run crashes", next: { ...world, raw: null } });
    const next = begin(world, raw, { from: "before", to: "between" });
    if (next.stages !== world.stages) steps.push({ label: `run ${raw} on`, next: ended(next) });
  }
  if (shipment !== null) {
    steps.push({ label: "shipment is given up", next: { ...world, shipment: null } });
    for (const [from, to] of moves(shipment)) {
      const next = begin(world, shipment.change, { from, to });
      if (next.stages !== world.stages) steps.push({ label: `${shipment.change} ${from} → ${to}`, next });
    }
  }
  return steps;
}

function moves({ target, isContracting }: NonNullable<World["shipment"]>): (readonly [Stage, Stage])[] {
  if (target === "rollback") {
    return [
      ["expanded", "rolling-back"],
      ["expanding", "rolling-back"],
    ];
  }
  return isContracting ? [["expanded", "contracting"]] : [["before", "expanding"]];
}

/** The first database at a stage moves on from it; the same world where there is none. */
function begin(world: World, change: ChangeName, { from, to }: { from: Stage; to: Stage }): World {
  const index = world.stages[change].indexOf(from);
  return index === -1 ? world : moved(world, change, { index, to });
}

function moved(world: World, change: ChangeName, { index, to }: { index: number; to: Stage }): World {
  const stages = world.stages[change].map((stage, at) => (at === index ? to : stage));
  return { ...world, stages: { ...world.stages, [change]: stages } };
}

/** A shipment that has got everywhere ends, and closes its change when it was contracted. */
function ended(world: World): World {
  const { shipment, raw, stages } = world;
  const all = (change: ChangeName, stage: Stage): boolean => stages[change].every((one) => one === stage);
  if (raw !== null && all(raw, "after")) return { ...world, raw: null };
  if (shipment === null) return world;
  const { change, target, isContracting } = shipment;
  if (isContracting && all(change, "after"))
    return { ...world, shipment: null, closed: { ...world.closed, [change]: true } };
  const isThere =
    (target === "expand" && all(change, "expanded")) || (target === "rollback" && all(change, "before"));
  return isThere ? { ...world, shipment: null } : world;
}

function blockActions(world: World): Action[] {
  switch (world.block) {
    case "in-force":
      return [
        { label: "block expires", next: { ...world, block: "gone" } },
        { label: "block is set aside", next: { ...world, block: "set-aside" } },
      ];
    case "set-aside":
      return [{ label: "override expires", next: { ...world, block: "in-force" } }];
    case "gone":
      return [];
    default:
      return world.block satisfies never;
  }
}

/** A rehearsal that was asked for is done, some time. */
function evidenceActions(world: World): Action[] {
  return changeNames.flatMap((change): Action[] => {
    const known = world.evidence[change];
    if (known === 2) return [];
    const next = {
      ...world,
      evidence: { ...world.evidence, [change]: known === 0 ? (1 as const) : (2 as const) },
    };
    return [{ label: `${change} is rehearsed`, next }];
  });
}
