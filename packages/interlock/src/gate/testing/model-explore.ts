import { decide } from "../decide.ts";
import type { GateRequest, Verdict } from "../../api/gate.ts";
import { actionsIn } from "./model-actions.ts";
import { factsOf } from "./model-facts.ts";
import type { Truth } from "./model-truth.ts";
import { brokenIn, isArrived, keyOf, liveIn, type World } from "./model-world.ts";

/** What was found in all the states that can come about. */
export interface Explored {
  states: number;
  transitions: number;
  decisions: number;
  verdicts: Record<Verdict, number>;
  /** Actions that the gate let go, by the word that they begin with. */
  done: Map<string, number>;
  /** How something came about that must not, action by action. */
  violation: string[] | undefined;
  /** A state from which there is no way to the end, with how it came about. */
  stuck: string[] | undefined;
}

interface Node {
  world: World;
  /** How it was reached first. */
  from: number;
  label: string;
  comesFrom: number[];
}

/** Sees every decision, and says what is amiss with it. */
export type Check = (world: World, request: GateRequest, verdict: Verdict) => string | undefined;

/** Goes through every state that can be reached from the roots. */
export function explore(truth: Truth, roots: readonly World[], check: Check): Explored {
  const nodes: Node[] = [];
  const known = new Map<string, number>();
  const found: Explored = {
    states: 0,
    transitions: 0,
    decisions: 0,
    verdicts: { go: 0, blocked: 0, unknown: 0 },
    done: new Map(),
    violation: undefined,
    stuck: undefined,
  };
  const reach = (world: World, from: number, label: string): number => {
    const key = keyOf(world);
    const before = known.get(key);
    if (before !== undefined) return before;
    nodes.push({ world, from, label, comesFrom: [] });
    known.set(key, nodes.length - 1);
    return nodes.length - 1;
  };
  for (const root of roots) reach(root, -1, "begin");
  for (let index = 0; index < nodes.length; index += 1) {
    const node = nodes[index];
    if (node === undefined) break;
    const { world } = node;
    const asked = new Map<string, Verdict>();
    for (const { label, request, next } of actionsIn(world)) {
      if (request !== undefined) {
        const key = JSON.stringify(request);
        const verdict = asked.get(key) ?? decide(factsOf(truth, world, request)).verdict;
        if (!asked.has(key)) {
          asked.set(key, verdict);
          found.decisions += 1;
          found.verdicts[verdict] += 1;
          const complaint = check(world, request, verdict);
          if (complaint !== undefined && found.violation === undefined)
            found.violation = [...historyOf(nodes, index), label, complaint, ...tell(truth, world)];
        }
        if (verdict !== "go") continue;
        const word = label.split(" ")[0] ?? "";
        found.done.set(word, (found.done.get(word) ?? 0) + 1);
      }
      found.transitions += 1;
      const to = reach(next, index, label);
      nodes[to]?.comesFrom.push(index);
      if (isNewlyBroken(truth, world, next) && found.violation === undefined) {
        found.violation = [...historyOf(nodes, index), label, ...tell(truth, next)];
      }
    }
  }
  found.states = nodes.length;
  found.stuck = findStuck(truth, nodes);
  return found;
}

/** Whether a live version stops to work: one that was live and broken before is not new. */
function isNewlyBroken(truth: Truth, world: World, next: World): boolean {
  const before = brokenIn(truth, world);
  return brokenIn(truth, next).some(
    (version) => !(before.includes(version) && liveIn(world).includes(version)),
  );
}

function findStuck(truth: Truth, nodes: readonly Node[]): string[] | undefined {
  const hasWay = new Set<number>();
  const queue = nodes.flatMap(({ world }, index) => (isArrived(world) ? [index] : []));
  for (const index of queue) hasWay.add(index);
  for (const index of queue) {
    for (const from of nodes[index]?.comesFrom ?? []) {
      if (hasWay.has(from)) continue;
      hasWay.add(from);
      queue.push(from);
    }
  }
  const stuck = nodes.findIndex((_, index) => !hasWay.has(index));
  const world = nodes[stuck]?.world;
  return world === undefined ? undefined : [...historyOf(nodes, stuck), ...tell(truth, world)];
}

function historyOf(nodes: readonly Node[], index: number): string[] {
  const labels: string[] = [];
  for (let at = index; at !== -1; at = nodes[at]?.from ?? -1) labels.unshift(nodes[at]?.label ?? "");
  return labels;
}

function tell(truth: Truth, world: World): string[] {
  return [truth.name, keyOf(world), `broken: ${brokenIn(truth, world).join(", ")}`];
}
