import { z } from 'zod';
/** The configuration of `pararescue serve`. Secrets are never in it: it names where they are. */
export declare const configSchema: z.ZodObject<{
    relay: z.ZodObject<{
        endpoints: z.ZodArray<z.ZodString>;
    }, z.core.$strict>;
    paras: z.ZodArray<z.ZodObject<{
        id: z.ZodInt;
        name: z.ZodString;
        endpoints: z.ZodArray<z.ZodString>;
        stallGapBlocks: z.ZodDefault<z.ZodInt>;
    }, z.core.$strict>>;
    database: z.ZodDefault<z.ZodString>;
    http: z.ZodPrefault<z.ZodObject<{
        host: z.ZodDefault<z.ZodString>;
        port: z.ZodDefault<z.ZodInt>;
    }, z.core.$strict>>;
    signer: z.ZodDefault<z.ZodDiscriminatedUnion<[z.ZodObject<{
        kind: z.ZodLiteral<"uri-env">;
        env: z.ZodString;
    }, z.core.$strict>, z.ZodObject<{
        kind: z.ZodLiteral<"file">;
        path: z.ZodString;
        passwordEnv: z.ZodOptional<z.ZodString>;
    }, z.core.$strict>, z.ZodObject<{
        kind: z.ZodLiteral<"external">;
    }, z.core.$strict>], "kind">>;
    log: z.ZodPrefault<z.ZodObject<{
        level: z.ZodDefault<z.ZodEnum<{
            debug: "debug";
            error: "error";
            fatal: "fatal";
            info: "info";
            silent: "silent";
            trace: "trace";
            warn: "warn";
        }>>;
        pretty: z.ZodDefault<z.ZodBoolean>;
    }, z.core.$strict>>;
    limits: z.ZodPrefault<z.ZodObject<{
        maxCodeBytes: z.ZodDefault<z.ZodInt>;
        maxConnections: z.ZodDefault<z.ZodInt>;
        maxEventStreams: z.ZodDefault<z.ZodInt>;
        votesPerMinute: z.ZodDefault<z.ZodInt>;
    }, z.core.$strict>>;
}, z.core.$strict>;
export type Config = z.infer<typeof configSchema>;
/** What the command line may override. */
export interface ConfigFlags {
    readonly database?: string;
    readonly host?: string;
    readonly port?: string | number;
    readonly logLevel?: string;
    readonly relay?: readonly string[];
}
export interface ConfigSource {
    /** YAML or JSON. */
    readonly file: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly flags?: ConfigFlags;
}
/**
 * Reads the configuration file; environment variables override it, and flags override both. Relative paths in the
 * file are relative to it, those from environment and flags to the working directory. The result's are absolute.
 * @throws RESCUE_CONFIG_INVALID listing everything that is wrong, with line and column
 */
export declare function loadConfig({ file, env, flags }: ConfigSource): Promise<Config>;
/** JSON schema of the file, for editors; schemas/config.schema.json holds it. */
export declare function configJsonSchema(): Record<string, unknown>;
