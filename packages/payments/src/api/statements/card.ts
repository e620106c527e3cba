import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";

/** A saved card as every statement that reads one returns it: never with what it can be charged by. */
export interface CardRow {
  id: string;
  is_live: boolean;
  created_at: number;
  customer_id: string | null;
  brand: string;
  last4: string;
  exp_month: number;
  exp_year: number;
  country: string | null;
  metadata: Record<string, unknown> | null;
}

const columns = ({
  cards,
}: Release): string => `cards.id, cards.is_live, floor(extract(epoch from cards.created_at))::double precision as created_at,
  cards.customer_id, cards.brand, cards.last4, ${cards.expMonth} as exp_month,
  ${cards.expYear} as exp_year, cards.country, cards.metadata`;
/** $1 card, $2 merchant, $3 mode, $4 the customer that it must belong to, or null. */
const theCard = `cards.id = $1::text and cards.merchant_id = $2::text and cards.is_live = $3::boolean
  and ($4::text is null or cards.customer_id = $4::text) and cards.deleted_at is null`;

/** $1 to $4 as `theCard`. */
export function getCard(release: Release): Statement {
  return statement("get-card", `select ${columns(release)}\nfrom cards\nwhere ${theCard}`);
}

/** Latest first. $1 customer, $2 merchant, $3 mode, $4 how many, $5 how many to pass over. */
export function listCards(release: Release): Statement {
  return statement(
    "list-cards",
    `select ${columns(release)}
from cards
where cards.customer_id = $1::text and cards.merchant_id = $2::text and cards.is_live = $3::boolean
  and cards.deleted_at is null
order by cards.created_at desc, cards.id desc
limit $4::integer offset $5::integer`,
  );
}

/** $1 to $4 as `theCard`. Without its token nobody can charge it, whatever they still remember of it. */
export const deleteCard = statement(
  "delete-card",
  `update cards set deleted_at = now(), token = '', metadata = null
where ${theCard}
returning cards.id`,
);
