/** The machine as a Mermaid state diagram, drawn from its code. Transitions without a target are left out. */
export declare function drawStatechart(): string;
