import { currentTerms, flagsAreKeptElsewhere, moodStates, templateVariables, updatesAreOff } from '@mood/domain';
import type { ErrorCode } from '@mood/domain';
import { tooMuch } from '../http/narrowable.ts';
import type { DocumentedOperation, OpenApiDocument } from './document.ts';
import { codesOf } from './document.ts';

/** The answer for which an example is made. */
interface Place {
  status: string;
  operation: DocumentedOperation;
}

interface Example {
  message: string;
  /** Fields that some error answers have besides `error` and `message`. */
  more?: Record<string, string>;
}

const unknownId = '0198c5a0-7a3f-7c11-9d2e-5b8f3f0a1c2d';
const later = '2026-01-02T15:45:00.000Z';

const changesMood = ({ operationId }: DocumentedOperation) => operationId === 'updateMood' || operationId === 'extendMood';

/** An example message for each code; a function where it depends on the route. They are the messages that the code throws. */
const examples: Readonly<Record<ErrorCode, Example | ((place: Place) => string | Example)>> = {
  INVALID_MOOD_STATE: ({ operation: { parameters = [], requestBody } }) => {
    const name = requestBody === undefined && parameters.some((parameter) => parameter.name === 'state') ? 'state' : 'moodState';
    return `${name}: expected one of ${moodStates.join(', ')}.`;
  },
  INVALID_CUSTOM_MESSAGE: { message: 'The custom message has 212 characters. Shorten it to at most 200 characters.' },
  INVALID_RESPONSE_DELAY: { message: 'responseDelay: expected a whole number of seconds from 0 to 300.' },
  INVALID_EXPIRES_AT: { message: 'expiresAt has to be in the future.' },
  INVALID_TEMPLATE: { message: `Line 1, column 4: There is no variable "nickName". Use one of: ${templateVariables.join(', ')}.` },
  TERMS_NOT_ACCEPTED: {
    message: `Accept version ${currentTerms.version} of the mood messaging terms first: POST /api/v1/mood/terms.`,
  },
  FEATURE_DISABLED: ({ operation }) => (changesMood(operation) ? updatesAreOff : flagsAreKeptElsewhere),
  ALERT_NOT_FOUND: { message: `No alert has the ID ${unknownId}.` },
  MODEL_NOT_FOUND: { message: `No model has the ID ${unknownId}.` },
  TEMPLATE_RENDER_FAILED: {
    message:
      'The template needs a value that is not known: amount. Give it in "variables", or let an administrator add a fallback: {{amount|…}}.',
  },
  IDEMPOTENCY_CONFLICT: {
    message:
      'This messageId was reported before in this conversation as the message of another userId. Give each message an id of its own.',
  },
  VERSION_CONFLICT: ({ operation }) =>
    operation.operationId === 'stopExperiment'
      ? 'The experiment "warmer-words" does not run: it was stopped, or has fewer than two active variants.'
      : changesMood(operation)
        ? 'Your mood has version 8, not 7: it was changed meanwhile, or has ended. Read it again, and repeat your change on it.'
        : `You edited version 3, and version 4 is current. Read the ${operation.operationId === 'setFlag' ? 'flag' : 'template'} again, and repeat your change on it.`,
  MOOD_HELD: { message: `An administrator has set your mood. You can change it again at ${later}.`, more: { heldUntil: later } },
  RATE_LIMIT_EXCEEDED: ({ operation }) => ({
    message: changesMood(operation)
      ? 'Maximum 50 mood changes per hour exceeded'
      : `Too many of your requests were refused. Correct what they were refused for, and send again from ${later} on.`,
    more: { resetTime: later },
  }),
  TOO_MANY_REQUESTS: { message: 'Too many requests. Try again in 12 s.' },
  INVALID_REQUEST({ status, operation: { parameters = [], requestBody } }) {
    if (status === '422') return tooMuch;
    if (status === '415') return 'Send the body as "Content-Type: application/json".';
    if (requestBody !== undefined) return 'The request body is not valid JSON.';
    const id = parameters.find(({ schema }) => schema.format === 'uuid');
    if (id !== undefined) return `${id.name}: expected a UUID.`;
    if (parameters.length > 0) return 'Unrecognized key: "colour".';
    return 'The path and the Host header make no valid URL.';
  },
  UNAUTHORIZED({ status, operation: { 'x-access': access } }) {
    if (status === '401') return 'Send an access token: "Authorization: Bearer <token>".';
    return access.refusal ?? `This needs a token with the scope "${access.scope}".`;
  },
  TEMPLATE_NOT_FOUND({ operation: { parameters = [], requestBody } }) {
    const id = parameters.find(({ name, in: where }) => name === 'id' && where === 'path');
    const takesId = id !== undefined || requestBody?.content['application/json']?.schema.$ref?.endsWith('/TemplateDraft') === true;
    return takesId ? `There is no template ${unknownId}.` : 'No template found for the specified criteria';
  },
  EXPERIMENT_NOT_FOUND: { message: 'No template has the experiment "warmer-words".' },
  SYSTEM_ERROR: ({ status }) =>
    status === '503'
      ? 'The database is not available right now. Try again in a few seconds.'
      : 'Something went wrong on our side. Try again, and tell us the X-Request-Id if it stays.',
};

function exampleOf(code: ErrorCode, place: Place): Example {
  const entry = examples[code];
  const example = typeof entry === 'function' ? entry(place) : entry;
  return typeof example === 'string' ? { message: example } : example;
}

/** Gives every error answer of the document an example of each code that it can have, under the name of the code. */
export function addErrorExamples(document: OpenApiDocument): void {
  for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    for (const [status, { content }] of Object.entries(operation.responses)) {
      const answer = content?.['application/json'];
      if (answer === undefined || Number(status) < 400) continue;
      const codes = codesOf(answer.schema, document);
      if (codes.length === 0) continue;
      answer.examples = Object.fromEntries(
        codes.map((code) => {
          const { message, more } = exampleOf(code, { status, operation });
          return [code, { value: { error: code, message, ...more } }];
        }),
      );
    }
  }
}
