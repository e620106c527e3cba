import { matchesScope } from "../gate/scope/matches-scope.ts";
import { parseScope } from "../gate/scope/parse-scope.ts";

/** A component as far as it says what of the system it is. */
export interface ScopedComponent {
  key: string;
  scope: string | null;
}

/** What of the system something is about. Without tables nothing is known of them. */
export interface About {
  environment: string;
  apps: readonly string[];
  tables: readonly string[];
}

/**
 * The components whose scope takes it. Words about what is not known hold nobody off: an alarm whose tables nobody
 * knows is about every component of its app.
 */
export function componentsOf(components: readonly ScopedComponent[], about: About): string[] {
  return components.filter(({ scope }) => scope !== null && isAbout(scope, about)).map(({ key }) => key);
}

function isAbout(text: string, { environment, apps, tables }: About): boolean {
  const { words } = parseScope(text);
  const asked = words.filter(
    ({ key }) =>
      key === "env" || (key === "table" && tables.length > 0) || (key === "app" && apps.length > 0),
  );
  // A scope of which nothing is left to ask says nothing.
  if (asked.every(({ key }) => key === "env")) return false;
  return matchesScope({ words: asked }, { environment, apps, kinds: [], tables, orders: [], ways: [] });
}
