/** One line of the story, for people and, with `--json`, for machines. */
export interface StoryLine {
    /** Milliseconds since the demo started. */
    readonly ms: number;
    readonly type: string;
    readonly message: string;
    readonly data: Readonly<Record<string, unknown>>;
}
export interface Narrator {
    tell(type: string, message: string, data?: Record<string, unknown>): void;
    /** Milliseconds since the start. */
    elapsed(): number;
}
/** Writes lines as they happen: plain words with a clock in front, or one JSON object a line. */
export declare function createNarrator(options: {
    readonly write: (text: string) => void;
    readonly json: boolean;
    readonly colours: boolean;
    readonly now: () => number;
}): Narrator;
