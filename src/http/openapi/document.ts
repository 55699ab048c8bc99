import { z } from 'zod';
import { ERROR_CODES } from '../../domain/errors.ts';
import { entryOf } from '../../domain/list-of.ts';
import { anchor } from '../../domain/records/anchor.ts';
import { countedEndorsement, signedBallot, signedEndorsement, vote } from '../../domain/records/ballot.ts';
import { diagnosisView } from '../../domain/records/diagnosis.ts';
import { serviceEvent } from '../../domain/records/event.ts';
import { account, hash } from '../../domain/records/fields.ts';
import { incident, incidentSummary } from '../../domain/records/incident.ts';
import { contractOptIn, managerOptIn } from '../../domain/records/opt-in.ts';
import { policy } from '../../domain/records/policy.ts';
import { proposal } from '../../domain/records/proposal.ts';
import { countedRelease, signedRelease } from '../../domain/records/release.ts';
import { proposalTrial, trialSummary } from '../../domain/records/trial.ts';
import { validationPage } from '../../domain/records/validation.ts';
import { chainFact, routeAssessment } from '../../domain/route/plan-schema.ts';
import { errorAnswer } from '../../domain/views/answers.ts';
import { endpointStatus } from '../../domain/views/endpoints.ts';
import { fleetPage, fleetSummary } from '../../domain/views/fleet.ts';
import { handover } from '../../domain/views/handover.ts';
import { liveStatus } from '../../domain/views/live.ts';
import { rescuePlan } from '../../domain/views/plan.ts';
import { readinessRecord } from '../../domain/views/readiness.ts';
import { releaseView } from '../../domain/views/release.ts';
import { paraStatus, serviceStatus } from '../../domain/views/status.ts';
import { storeReport } from '../../domain/views/store.ts';
import {
  accountProof,
  accountTrial,
  proposalBody,
  substituteInstruction,
  tallyView,
} from '../../domain/views/voting.ts';
import { STATUS } from '../error-replies.ts';
import { accountInPath, paraId, wholeNumber } from '../input.ts';
import { type MediaType, OPERATIONS, type Operation } from './operations.ts';

/** A JSON object, as it stands in the document. */
type Json = Record<string, unknown>;

/** Schemas that are described once, by name. */
const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Account: account,
  AccountProof: accountProof.tolerant,
  AccountTrial: accountTrial.tolerant,
  Anchor: anchor.tolerant,
  Ballot: signedBallot.strict,
  ContractOptIn: contractOptIn.tolerant,
  CountedEndorsement: countedEndorsement.tolerant,
  CountedVote: vote.tolerant,
  Diagnosis: diagnosisView.tolerant,
  Endorsement: signedEndorsement.strict,
  Endpoint: endpointStatus.tolerant,
  Error: errorAnswer,
  Event: serviceEvent.tolerant,
  Fact: chainFact.tolerant,
  FleetPage: fleetPage.tolerant,
  FleetSummary: fleetSummary.tolerant,
  Handover: handover.tolerant,
  Hash: hash,
  Release: signedRelease.strict,
  ReleaseView: releaseView.tolerant,
  CountedRelease: countedRelease.tolerant,
  Live: liveStatus.tolerant,
  Incident: incident.tolerant,
  IncidentSummary: incidentSummary.tolerant,
  ManagerOptIn: managerOptIn.tolerant,
  Para: paraStatus.tolerant,
  Plan: rescuePlan.tolerant,
  Policy: policy.strict,
  Proposal: proposal.tolerant,
  ProposalHead: proposalBody.strict,
  ProposalTrial: proposalTrial.tolerant,
  Readiness: readinessRecord.tolerant,
  RouteAssessment: routeAssessment.tolerant,
  Status: serviceStatus.tolerant,
  StoreReport: storeReport.tolerant,
  Substitute: substituteInstruction.tolerant,
  Tally: tallyView.tolerant,
  TrialSummary: trialSummary.tolerant,
  ValidationPage: validationPage.tolerant,
};
const NAMES = new Map<z.core.$ZodType, string>(
  Object.entries(COMPONENTS).map(([name, schema]) => [schema, name]),
);

/** Placeholders of paths. */
const IN_PATH: Readonly<Record<string, { readonly schema: z.ZodType; readonly what: string }>> = {
  id: { schema: paraId, what: 'Id of the para.' },
  hash: { schema: hash, what: 'Blake2-256 hash: of a code, or the one a proposal is known by.' },
  account: { schema: accountInPath, what: 'An account, as hex or as SS58 address.' },
  number: { schema: wholeNumber, what: 'Number of the incident.' },
  ticket: { schema: z.string().regex(/^[0-9a-f]{32}$/), what: 'What the announcement answered in `upload`.' },
};

/** May come of every request: malformed, under a foreign name, too many, too long, a failure inside, a service that is blind or closing. */
const ALWAYS = [400, 421, 429, 431, 500, 503];

/** Of what the framework or the server answers by itself. */
const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'The request is malformed.',
  401: "The operator's token is missing.",
  403: "The operator's token is wrong, or a web page acts whose origin may only read.",
  413: 'The body is larger than this resource takes.',
  415: 'The body has another media type than this resource takes.',
  421: 'The service is not known under the name in the Host header.',
  431: 'The headers are too large.',
  500: 'The service failed inside; its log says why.',
};

const REFUSALS = [...new Set([...ALWAYS, ...Object.values(OPERATIONS).flatMap(({ refusals }) => refusals)])];

/** The HTTP API as an OpenAPI 3.1 document, from the schemas that check requests and answers. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = route.split(' ');
    const name = path.replace(/:(\w+)/g, '{$1}');
    paths[name] = { ...paths[name], [method.toLowerCase()]: operationObject(path, operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'pararescue',
      version: '1',
      summary: 'What a service of pararescue sees, and what one can do through it.',
      description:
        'Bytes and hashes are 0x and lower-case hex. Balances and votes are decimal text, because JSON numbers are not exact above 2^53. Later versions may add members to answers: pass over those that you do not know.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(COMPONENTS).map(([name, schema]) => [name, schemaObject(schema, schema)]),
      ),
      responses: Object.fromEntries(REFUSALS.map((status) => [status, refusal(status)])),
      securitySchemes: {
        operator: {
          type: 'http',
          scheme: 'bearer',
          description: "The operator's token, which the service keeps in a file.",
        },
      },
    },
  };
}

function operationObject(path: string, operation: Operation): Json {
  const { id, summary, query, body, answers, refusals } = operation;
  const placeholders = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const parameters = [
    ...placeholders.map((name) => {
      const found = IN_PATH[name];
      return {
        name,
        in: 'path',
        required: true,
        description: found?.what,
        schema: found && schemaObject(found.schema),
      };
    }),
    ...Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: false,
      schema: schemaObject(schema as z.ZodType),
    })),
  ];
  const responses: Record<string, Json> = {};
  for (const status of [...ALWAYS, ...refusals])
    responses[status] = { $ref: `#/components/responses/${status}` };
  for (const [status, answer] of Object.entries(answers))
    responses[status] = { description: 'As asked for.', content: contentOf(answer) };
  return {
    operationId: id,
    summary,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: !isOptional(body), content: contentOf(body) } }),
    responses,
    ...(operation.operator && { security: [{ operator: [] }] }),
  };
}

function refusal(status: number): Json {
  const codes = Object.entries(STATUS).filter(([, at]) => at === status);
  const words = codes.map(([code]) => `${code}: ${ERROR_CODES[code as keyof typeof ERROR_CODES]}`);
  return {
    description: [BY_STATUS[status] ?? [], words].flat().join('\n\n'),
    content: contentOf(errorAnswer),
  };
}

function contentOf(what: z.ZodType | MediaType): Json {
  if (typeof what === 'string') {
    const schema = what === 'application/octet-stream' ? {} : { type: 'string' };
    return { [what]: { schema } };
  }
  return { 'application/json': { schema: schemaObject(what) } };
}

function isOptional(body: z.ZodType | MediaType): boolean {
  return typeof body !== 'string' && body.safeParse({}).success;
}

/** JSON Schema of what goes over the wire. A component is named, but for itself. */
function schemaObject(schema: z.ZodType, own?: z.ZodType): Json {
  const name = NAMES.get(schema);
  if (name !== undefined && schema !== own) return { $ref: `#/components/schemas/${name}` };
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const known = NAMES.get(zodSchema);
      const entry = entryOf(zodSchema);
      if (known !== undefined && known !== name)
        become(jsonSchema, { $ref: `#/components/schemas/${known}` });
      else if (entry !== null) jsonSchema.items = schemaObject(entry);
      // Of numbers as text in paths and queries.
      if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
    },
  });
  return described;
}

function become(target: object, other: object): void {
  for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
  Object.assign(target, other);
}
