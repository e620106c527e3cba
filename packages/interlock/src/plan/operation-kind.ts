import type { Node } from "libpg-query";
import type { Draft } from "./draft.ts";
import type { ChangeModel, Placement } from "./model.ts";
import type { Operation, Recognised } from "./operation.ts";

/** What an operation is drafted with. */
export interface DraftContext {
  model: ChangeModel;
  /** Whether it goes as early as it can or as late as it can; undefined where nobody has said so yet. */
  placement: Placement | undefined;
}

/**
 * A kind of operation: what SQL it recognises, and its steps in each phase, each with its undo.
 * Adding one is a file here, its name in `operation.ts`, its place in `all.ts` and its page in docs/operations/.
 */
export interface OperationKind<O extends Operation = Operation> {
  /** Also the name of its page in docs/operations/. */
  readonly kind: O["kind"];
  /** What it does, for the list of the pages. */
  readonly title: string;
  /** Reads one command of an ALTER TABLE: its subtype and its fields. */
  fromCommand?(
    subtype: string,
    command: Record<string, unknown>,
  ): Omit<Recognised<O>, "table" | "command"> | undefined;
  /** Reads a whole statement by its node's name and fields. */
  fromStatement?(name: string, fields: Record<string, unknown>, node: Node): Recognised<O> | undefined;
  /** Throws `Failure` "cannot-plan" or "mapping-missing". */
  draft(operation: O, context: DraftContext): Draft[];
}

/** Lets a list hold kinds of different operations: each is only ever given its own. */
export function operationKind<O extends Operation>(kind: OperationKind<O>): OperationKind {
  return kind as unknown as OperationKind;
}
