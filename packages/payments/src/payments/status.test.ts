import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { insertValues, newPayment } from "../api/paying/new-payment.ts";
import { findRelease, releases } from "../api/releases/all.ts";
import { apiStatements, type ApiStatements } from "../api/statements/all.ts";
import { applyChanges, changesBefore } from "../changes/changes.ts";
import { applyMigrations } from "../database/apply-migrations.ts";
import { ibanKeyOptions } from "../database/iban-key.ts";
import { addMerchants } from "../seed/access.ts";
import { newIdentifier } from "./identifier.ts";
import { transitions, type PaymentStatus } from "./status.ts";

const caller = { merchantId: "acc_000001", isLive: false };
const owned = (id: string): unknown[] => [id, caller.merchantId, caller.isLive];
const cents = 1_000;

/** A payment of the test, with what is under way for it. */
interface Subject {
  id: string;
  attempt: string | null;
  closing: string | null;
  refund: string | null;
}
type Run = (name: keyof ApiStatements, values: unknown[]) => Promise<object[]>;
type Step = (run: Run, subject: Subject) => Promise<unknown>;

const beginAttempt: Step = async (run, { id }) =>
  run("beginAttempt", [id, newIdentifier("att"), "Visa", "4242", 12, 2040, "FR", false]);
/** Every operation that there is: one statement each, as the API and the worker send it. */
const operations = {
  "begin an attempt": beginAttempt,
  "settle it, captured": async (run, { attempt }) => run("settlePayment", [attempt, false]),
  "settle it, captured, saving the card": async (run, { attempt }) =>
    run("settlePaymentSavingCard", [attempt, false, newIdentifier("card"), "token", newIdentifier("card")]),
  "settle it, authorized": async (run, { attempt }) => run("authorizePayment", [attempt, false]),
  "settle it, authorized, saving the card": async (run, { attempt }) =>
    run("authorizePaymentSavingCard", [
      attempt,
      false,
      newIdentifier("card"),
      "token",
      newIdentifier("card"),
    ]),
  "fail it": async (run, { attempt }) => run("failPayment", [attempt, "card_declined", "No.", false]),
  "challenge it": async (run, { attempt }) => run("challengeAttempt", [attempt, "https://bank.example.net"]),
  abort: async (run, { id }) => run("abortPayment", [...owned(id), "Aborted."]),
  "begin a capture": async (run, { id }) => run("beginCapture", [...owned(id), newIdentifier("cap"), null]),
  "settle the capture": async (run, { closing }) => run("settleCapture", [closing]),
  "begin a release": async (run, { id }) => run("beginRelease", [id, newIdentifier("rel"), false]),
  "begin the release of an expired one": async (run, { id }) =>
    run("beginRelease", [id, newIdentifier("rel"), true]),
  "settle the release": async (run, { closing }) => run("settleRelease", [closing, "Aborted.", "Too late."]),
  "refuse to close": async (run, { closing }) => run("refuseClosing", [closing, "nothing_held"]),
  "reserve a refund in part": async (run, { id }) => reserve(run, { id, amount: 300 }),
  "reserve a refund in full": async (run, { id }) => reserve(run, { id, amount: cents }),
  "settle the refund": async (run, { refund }) => run("settleRefund", [refund]),
  "fail the refund": async (run, { refund }) => run("failRefund", [refund, "processing_error"]),
} satisfies Record<string, Step>;
type Operation = keyof typeof operations;

async function reserve(run: Run, { id, amount }: { id: string; amount: number }): Promise<unknown> {
  return run("reserveRefund", [...owned(id), newIdentifier("re"), amount, null, 1_800_000_000, null]);
}

interface Situation {
  deferred?: true;
  /** What leads there. */
  path: readonly (Operation | "time passes")[];
  status: PaymentStatus;
  /** Which operations do anything here, and the status after them. All others must leave everything as it is. */
  does: Partial<Record<Operation, PaymentStatus>>;
}

const authorized = ["begin an attempt", "settle it, authorized"] as const;
const paid = ["begin an attempt", "settle it, captured"] as const;
const refunds = { "reserve a refund in part": "paid", "reserve a refund in full": "paid" } as const;

const situations: Record<string, Situation> = {
  open: { path: [], status: "created", does: { "begin an attempt": "created", abort: "aborted" } },
  "a card being charged": {
    path: ["begin an attempt"],
    status: "created",
    does: {
      "settle it, captured": "paid",
      "settle it, captured, saving the card": "paid",
      "fail it": "failed",
      "challenge it": "created",
    },
  },
  challenged: {
    path: ["begin an attempt", "challenge it"],
    status: "created",
    does: {
      "settle it, captured": "paid",
      "settle it, captured, saving the card": "paid",
      "fail it": "failed",
    },
  },
  "an amount being held": {
    deferred: true,
    path: ["begin an attempt"],
    status: "created",
    does: {
      "settle it, authorized": "authorized",
      "settle it, authorized, saving the card": "authorized",
      "fail it": "failed",
      "challenge it": "created",
    },
  },
  authorized: {
    deferred: true,
    path: authorized,
    status: "authorized",
    does: { "begin a capture": "authorized", "begin a release": "authorized" },
  },
  "authorized, being captured": {
    deferred: true,
    path: [...authorized, "begin a capture"],
    status: "authorized",
    does: { "settle the capture": "paid", "refuse to close": "authorized" },
  },
  "authorized, being captured while it expires": {
    deferred: true,
    path: [...authorized, "begin a capture", "time passes"],
    status: "authorized",
    does: { "settle the capture": "paid", "refuse to close": "authorized" },
  },
  "authorized, being aborted": {
    deferred: true,
    path: [...authorized, "begin a release"],
    status: "authorized",
    does: { "settle the release": "aborted", "refuse to close": "authorized" },
  },
  "authorized and expired": {
    deferred: true,
    path: [...authorized, "time passes"],
    status: "authorized",
    does: { "begin the release of an expired one": "authorized" },
  },
  "expired, being released": {
    deferred: true,
    path: [...authorized, "time passes", "begin the release of an expired one"],
    status: "authorized",
    does: { "settle the release": "failed", "refuse to close": "authorized" },
  },
  paid: { path: paid, status: "paid", does: refunds },
  "paid by a capture": {
    deferred: true,
    path: [...authorized, "begin a capture", "settle the capture"],
    status: "paid",
    does: refunds,
  },
  "paid, being refunded in part": {
    path: [...paid, "reserve a refund in part"],
    status: "paid",
    does: { "reserve a refund in part": "paid", "settle the refund": "paid", "fail the refund": "paid" },
  },
  "paid, being refunded in full": {
    path: [...paid, "reserve a refund in full"],
    status: "paid",
    does: { "settle the refund": "refunded", "fail the refund": "paid" },
  },
  refunded: {
    path: [...paid, "reserve a refund in full", "settle the refund"],
    status: "refunded",
    does: {},
  },
  failed: { path: ["begin an attempt", "fail it"], status: "failed", does: {} },
  "expired and released": {
    deferred: true,
    path: [...authorized, "time passes", "begin the release of an expired one", "settle the release"],
    status: "failed",
    does: {},
  },
  aborted: { path: ["abort"], status: "aborted", does: {} },
  "aborted after it was authorized": {
    deferred: true,
    path: [...authorized, "begin a release", "settle the release"],
    status: "aborted",
    does: {},
  },
};

const newest = releases.at(-1)?.version ?? "";

describe.each(["2.2.0", "2.3.0", newest])("the state machine in the database of %s", (version) => {
  const release = findRelease(version);
  const statements = apiStatements(release);
  const seen = new Set<string>();
  let shadow: Shadow;
  let sql: Client;
  beforeAll(async () => {
    shadow = await openShadow();
    const connection = shadow.connection(await shadow.createDatabase());
    sql = new Client({ ...connection, ...ibanKeyOptions("x".repeat(32)) });
    await sql.connect();
    await applyMigrations(sql);
    await addMerchants(sql);
    await applyChanges(sql, changesBefore(version));
  });
  afterAll(async () => {
    await sql.end();
    await shadow.close();
  });

  const run: Run = async (name, values) => {
    const { name: prepared, sql: text } = statements[name];
    return (await sql.query<object>({ name: prepared, text, values })).rows;
  };
  const look = async (id: string): Promise<{ status: PaymentStatus; subject: Subject; all: string }> => {
    const [row] = (await run("getPayment", owned(id))) as [Parameters<typeof release.statusOf>[0]];
    const { rows } = await sql.query<{ attempt: string; closing: string; refund: string; all: string }>(
      `select attempt_id as attempt, closing_id as closing,
         (select refunds.id from refunds where payment_id = payments.id and state = 'pending' limit 1) as refund,
         concat(payments, (select string_agg(acquirer_operations::text, ' ' order by reference)
           from acquirer_operations left join refunds on refunds.id = subject_id
           where coalesce(refunds.payment_id, subject_id) = payments.id)) as all
       from payments where id = $1::text`,
      [id],
    );
    const found = rows[0];
    if (found === undefined) throw new Error("the payment is there");
    return { status: release.statusOf(row), subject: { id, ...found }, all: found.all };
  };
  const make = async ({ deferred = false, path }: { deferred?: boolean; path: Situation["path"] }) => {
    const open = newPayment(caller, { amountCents: cents, deferred });
    await run("insertPayment", insertValues(caller, open));
    for (const step of path) {
      const { subject } = await look(open.row.id);
      if (step === "time passes") {
        await sql.query("update payments set authorization_expires_at = now() where id = $1::text", [
          subject.id,
        ]);
        await sql.query(
          "update acquirer_operations set started_at = started_at - interval '1 second' where subject_id = $1::text",
          [subject.id],
        );
      } else await operations[step](run, subject);
    }
    return look(open.row.id);
  };

  test.each(Object.entries(situations))("%s", async (_name, situation) => {
    const before = await make(situation);
    expect(before.status).toBe(situation.status);
    for (const operation of Object.keys(operations) as Operation[]) {
      await sql.query("begin");
      await operations[operation](run, before.subject);
      const after = await look(before.subject.id);
      await sql.query("rollback");
      const expected = situation.does[operation];
      expect([operation, after.status]).toEqual([operation, expected ?? before.status]);
      expect([operation, after.all !== before.all]).toEqual([operation, expected !== undefined]);
      if (after.status !== before.status) seen.add(`${before.status} to ${after.status}`);
    }
  });

  test("every move that is allowed can be made, and no other was", () => {
    const allowed = Object.entries(transitions).flatMap(([from, next]) =>
      next.map((to) => `${from} to ${to}`),
    );
    expect([...seen].toSorted()).toEqual(allowed.toSorted());
  });
});
