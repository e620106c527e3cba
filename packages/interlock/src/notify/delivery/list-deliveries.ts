import type { DeliveryList } from "../../api/subscribers.ts";
import type { Control } from "../../control/control.ts";

type Told = DeliveryList["tellings"][number];

interface TellingRow {
  number: string;
  kind: Told["kind"];
  subject: string;
  revision: number;
  published_at: Date;
  ended_at: Date | null;
}

interface CountRow {
  number: string;
  channel: "email" | "webhook";
  state: keyof Told["email"];
  count: number;
  doubts: number;
  last: Date | null;
}

/** What became of telling people, the latest first. Nothing of who they are. */
export async function listDeliveries(
  { control }: { control: Control },
  { limit }: { limit: number },
): Promise<DeliveryList> {
  const tellings = await control.query<TellingRow>(tellingsSql, [limit]);
  const numbers = [tellings.map(({ number }) => number)];
  const counts = await control.query<CountRow>(countsSql, numbers);
  const problems = await control.query<{ number: string; problem: string; count: number }>(
    problemsSql,
    numbers,
  );
  return {
    tellings: tellings.map(({ number, kind, subject, revision, published_at: at, ended_at: end }) => {
      const own = counts.filter((row) => row.number === number);
      const of = (channel: string): Told["email"] => {
        const all: Told["email"] = { waiting: 0, sending: 0, sent: 0, failed: 0, "given-up": 0, dropped: 0 };
        for (const row of own) if (row.channel === channel) all[row.state] = row.count;
        return all;
      };
      const lasts = own.flatMap(({ last }) => (last === null ? [] : [last.getTime()]));
      return {
        kind,
        subject,
        revision,
        publishedAt: at.toISOString(),
        spreadAt: end?.toISOString() ?? null,
        email: of("email"),
        webhook: of("webhook"),
        doubts: own.reduce((sum, { doubts }) => sum + doubts, 0),
        lastSentAt: lasts.length === 0 ? null : new Date(Math.max(...lasts)).toISOString(),
        problems: problems
          .filter((row) => row.number === number)
          .slice(0, 10)
          .map(({ problem, count }) => ({ problem, count })),
      };
    }),
  };
}

const tellingsSql = `select number, kind, subject, revision, published_at, ended_at from interlock_control.tellings
  order by number desc limit $1::integer`;

const countsSql = `select t.number, d.channel, d.state, count(*)::integer as count, sum(d.doubts)::integer as doubts,
         max(d.ended_at) filter (where d.state = 'sent') as last
    from interlock_control.tellings t
    join interlock_control.deliveries d on d.kind = t.kind and d.subject = t.subject and d.revision = t.revision
   where t.number = any($1::bigint[]) group by t.number, d.channel, d.state`;

const problemsSql = `select t.number, d.problem, count(*)::integer as count
    from interlock_control.tellings t
    join interlock_control.deliveries d on d.kind = t.kind and d.subject = t.subject and d.revision = t.revision
   where t.number = any($1::bigint[]) and d.problem is not null
   group by t.number, d.problem order by count(*) desc`;
