import { z } from 'zod';
import { type RescueErrorCode } from '../domain/errors.ts';
import { type AccountHex, type ParaId } from '../domain/units.ts';
/** Lower-case hex of any of the given byte lengths; without one, of any length. */
export declare function hexOf(...lengths: readonly number[]): z.ZodCustom<`0x${string}`, `0x${string}`>;
/** A decimal number in a path or query. */
export declare const wholeNumber: z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>;
/** Para id of `/v1/paras/:id/…`. @throws RESCUE_REQUEST_INVALID */
export declare function paraIdOf(params: unknown): ParaId;
/** A body that names a para must name the one of its path. @throws RESCUE_REQUEST_INVALID */
export declare function requireSamePara(fromPath: ParaId, fromBody: ParaId): void;
/** Value of outside origin by a schema; `where` it came from is part of the message, all problems in one. */
export declare function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown, where: 'path' | 'query' | 'body' | 'header', code?: RescueErrorCode): z.output<Schema>;
/** An account as hex or SS58 address. @throws RESCUE_REQUEST_INVALID */
export declare function parseAccount(text: string): AccountHex;
