/** @throws RESCUE_REQUEST_INVALID unless it is a whole number of milliseconds from 50 to 60000 */
export declare function parseBlockMs(text: string): number;
