/** What the card holder is shown when they are asked to prove who they are. */
export interface ChallengePage {
  amountCents: number;
  last4: string;
  /** True when what was typed is no code at all. */
  isMistyped: boolean;
}

/** The page of a 3-D Secure challenge: a form that POSTs `code`, or `cancel`, to its own address. */
export function renderChallengePage({ amountCents, last4, isMistyped }: ChallengePage): string {
  const problem = isMistyped
    ? `<p id="problem" role="alert">The code has six digits. Nothing was sent; please type it again.</p>`
    : "";
  const described = isMistyped ? ` aria-invalid="true" aria-describedby="problem"` : "";
  return page(`<h1>Confirm your payment</h1>
<p>${escapeHtml(euros(amountCents))} with the card ending in ${escapeHtml(last4)}.</p>
${problem}
<form method="post">
<label for="code">The code that your bank sent you</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12"${described}>
<button type="submit">Confirm</button>
<button type="submit" name="cancel" value="1" formnovalidate>Cancel the payment</button>
</form>`);
}

/** What is shown when there is nowhere to go back to, or no such challenge. */
export function renderChallengeEnd(what: "over" | "unknown"): string {
  return what === "over"
    ? page("<h1>That is all</h1><p>You may close this page.</p>")
    : page("<h1>There is nothing to confirm here</h1><p>Go back to the shop and try again.</p>");
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Confirm your payment</title></head>
<body><main>${body}</main></body></html>`;
}

function euros(cents: number): string {
  return `${String(Math.trunc(cents / 100))}.${String(cents % 100).padStart(2, "0")} EUR`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
