import { expect, test } from "vitest";
import { AlarmBook, type Looked } from "./alarm-book.ts";
import type { LoggedDdl } from "./ddl-log.ts";

const ddl = (number: number, object: string): LoggedDdl => ({
  number: String(number),
  at: "2026-01-01T00:00:00.000Z",
  tag: "ALTER TABLE",
  objects: [object],
  who: "ada",
  applicationName: "psql",
  clientAddress: null,
  text: "alter table …",
  permit: null,
});

const problem = (name: string, message = "gone"): { name: string; sqlstate: string; message: string } => ({
  name,
  sqlstate: "42703",
  message,
});

const look = (book: AlarmBook, rest: Partial<Looked> = {}): Looked => ({
  appVersion: "payments@1",
  statements: [
    { name: "list", sql: "select amount from payments" },
    { name: "count", sql: "select count(*) from customers" },
  ],
  refused: [],
  unanswered: [],
  mark: book.mark,
  at: "2026-01-01T00:00:01.000Z",
  ...rest,
});

test("an alarm is told once while it stays the same, and again when other statements fail", () => {
  const book = new AlarmBook();
  expect(book.take(look(book))).toEqual([]);
  expect(book.take(look(book, { refused: [problem("list")] }))).toMatchObject([{ type: "alarm" }]);
  expect(book.take(look(book, { refused: [problem("list")] }))).toEqual([]);
  const [again] = book.take(
    look(book, { refused: [problem("list"), problem("count")], at: "2026-01-01T00:00:09.000Z" }),
  );
  expect(again).toMatchObject({
    type: "alarm",
    alarm: { statements: [{ name: "list" }, { name: "count" }], raisedAt: "2026-01-01T00:00:01.000Z" },
  });
  expect(book.take(look(book))).toMatchObject([{ type: "cleared", why: "works" }]);
});

test("what is not answered neither raises nor ends an alarm, and is told after a while", () => {
  const book = new AlarmBook();
  expect(book.take(look(book, { unanswered: [problem("list")] }))).toEqual([]);
  book.take(look(book, { refused: [problem("list")] }));
  const times = Array.from({ length: 12 }, () => book.take(look(book, { unanswered: [problem("list")] })));
  expect(times.flat()).toMatchObject([{ type: "unknown", appVersion: "payments@1" }]);
  expect(book.take(look(book))).toMatchObject([{ type: "cleared" }]);
});

test("the change that touches what the statements name is the one, wherever its number stands", () => {
  const book = new AlarmBook();
  book.addDdl([ddl(7, "table column public.payments.amount")]);
  book.take(look(book));
  // A transaction that took its number before and committed after.
  book.addDdl([
    ddl(7, "table column public.payments.amount"),
    ddl(5, "table public.payments"),
    ddl(8, "table public.other"),
  ]);
  const [event] = book.take(look(book, { refused: [problem("list")] }));
  expect(event).toMatchObject({ alarm: { ddl: [{ number: "5" }] } });
});

test("a change that is read after the statements were prepared is not taken for one that they survived", () => {
  const book = new AlarmBook();
  const { mark } = book;
  book.addDdl([ddl(1, "table public.payments")]);
  book.take(look(book, { mark }));
  const [event] = book.take(look(book, { refused: [problem("list")] }));
  expect(event).toMatchObject({ alarm: { ddl: [{ number: "1" }] } });
});

test("where none touches them all since it worked are named; at the start none", () => {
  const book = new AlarmBook();
  book.addDdl([ddl(1, "function public.f()")]);
  expect(book.take(look(book, { refused: [problem("list")] }))).toMatchObject([{ alarm: { ddl: [] } }]);
  book.take(look(book));
  book.addDdl([ddl(2, "function public.g()")]);
  expect(book.take(look(book, { refused: [problem("list")] }))).toMatchObject([
    { alarm: { ddl: [{ number: "2" }] } },
  ]);
});

test("alarms from before are no news while they hold, and end like others", () => {
  const before = new AlarmBook();
  const [event] = before.take(look(before, { refused: [problem("list")] }));
  if (event?.type !== "alarm") throw new Error("it is an alarm");
  const book = new AlarmBook([event.alarm]);
  expect(book.take(look(book, { refused: [problem("list")] }))).toEqual([]);
  expect(book.keepOnly(new Set(["other@1"]), "2026-01-01T00:00:02.000Z")).toMatchObject([
    { type: "cleared", appVersion: "payments@1", why: "not-live" },
  ]);
});
