/** What the document says of one endpoint, beside what the endpoint itself says. */
export interface Operation {
  summary: string;
  /** What answers hold, by status: the name of a schema, `list of` one, a media type that is no JSON, or `or` between. */
  answers: Readonly<Record<number, string>>;
  /** True for those that go page by page. */
  paged?: true;
}

/** Operations by `METHOD /path`, with the path as the endpoint has it. */
export type Operations = Readonly<Record<string, Operation>>;

/** What any endpoint that takes a secret key answers without a good one. */
export const withKey = { 401: "Error" } as const;
/** What a POST that takes an Idempotency-Key may answer besides. */
export const withIdempotencyKey = { ...withKey, 400: "Error", 409: "Error", 422: "Error" } as const;
