import { connect } from "../../packages/interlock/src/database/connect.ts";

export type ClientConfig = Parameters<typeof connect>[0];
export type Client = Awaited<ReturnType<typeof connect>>;

export async function withClient<T>(
  connection: ClientConfig,
  run: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect(connection);
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}
