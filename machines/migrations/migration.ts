/** One step from version `from` to `from + 1`: pure, on the JSON of a persisted snapshot. */
export interface Migration {
  readonly from: number;
  /** Throws anything when the JSON is not a snapshot of that version. */
  migrate(snapshot: unknown): unknown;
}
