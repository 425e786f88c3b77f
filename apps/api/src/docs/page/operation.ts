import { html } from 'hono/html';
import { exampleOfSchema } from '../example-of-schema.ts';
import type { DocumentedOperation, OpenApiDocument, Parameter } from '../document.ts';
import { describeType, renderFields, renderText } from './fields.ts';
import type { Markup } from './fields.ts';

/** An operation, and where it is. */
export interface PlacedOperation {
  method: string;
  path: string;
  operation: DocumentedOperation;
}

const asJson = (value: unknown) => JSON.stringify(value, null, 2);

/** One operation, folded up: what it takes, what it answers, and a form that sends it. */
export function renderOperation({ method, path, operation }: PlacedOperation, document: OpenApiDocument): Markup {
  const { operationId: id, summary, description, parameters = [], requestBody, responses } = operation;
  const body = requestBody?.content['application/json'];
  return html`<details class="operation" id="${id}">
    <summary>
      <h3>
        <span class="method ${method}">${method.toUpperCase()}</span> <code>${breakable(path)}</code> <span class="title">${summary}</span>
      </h3>
    </summary>
    <div class="inside">
      ${description === undefined ? '' : html`<p>${renderText(description)}</p>`}
      <p class="access">${describeAccess(operation)}</p>
      ${
        parameters.length === 0
          ? ''
          : html`<h4>Parameters</h4>
              <dl class="fields">${parameters.map((parameter) => renderParameter(parameter, document))}</dl>`
      }
      ${
        body === undefined
          ? ''
          : html`<h4>Body</h4>
              ${renderFields(body.schema, document, { inRequest: true })}`
      }
      <h4>Try it out</h4>
      ${renderForm({ method, path, operation }, document)}
      <h4>Answers</h4>
      ${Object.entries(responses).map(([status, response]) => renderResponse(status, response, document))}
    </div>
  </details>`;
}

/** A long path breaks at its slashes. */
const breakable = (path: string): Markup => html`${path.split('/').map((part, i) => (i === 0 ? part : html`<wbr />/${part}`))}`;

function describeAccess({ 'x-access': { roles, scope } }: DocumentedOperation): Markup {
  if (roles === 'anybody') return html`Open to anybody: it needs no token.`;
  const needed = scope === undefined ? '' : html`, with the scope <code>${scope}</code>`;
  if (roles === 'any') return html`Needs a token of any role${needed}.`;
  return html`Needs a token of the role ${roles.map((role, i) => html`${i === 0 ? '' : ' or '}<code>${role}</code>`)}${needed}.`;
}

function renderParameter({ name, in: where, required, description, schema }: Parameter, document: OpenApiDocument): Markup {
  const words = description ?? schema.description;
  return html`<div>
    <dt>
      <code>${name}</code>
      <span>in the ${where}, ${describeType(schema, document)}</span>${required === true ? html` <strong>required</strong>` : ''}
    </dt>
    ${words === undefined ? '' : html`<dd>${renderText(words)}</dd>`}
  </div>`;
}

/** Required fields are prefilled with a valid example; optional ones are empty. */
function renderForm({ method, path, operation }: PlacedOperation, document: OpenApiDocument): Markup {
  const { operationId: id, parameters = [], requestBody, 'x-access': access } = operation;
  const body = requestBody?.content['application/json'];
  return html`<form class="try" data-method="${method.toUpperCase()}" data-path="${path}" data-open="${access.roles === 'anybody'}">
    ${parameters.map((parameter) => {
      const { name, in: where, required = false, schema } = parameter;
      const value = required ? String(parameter.example ?? exampleOfSchema(schema, document, 'request')) : '';
      const field = `${id}-${name}`;
      return html`<label for="${field}">${name}${required ? '' : html` <span>optional</span>`}</label>
        <input
          id="${field}"
          name="${name}"
          data-in="${where}"
          value="${value}"
          autocomplete="off"
          spellcheck="false"
          ${required ? 'required' : ''}
        />`;
    })}
    ${
      body === undefined
        ? ''
        : html`<label for="${id}-body">Body <span>JSON</span></label>
            <textarea id="${id}-body" name="body" rows="${Math.min(18, asJson(body.example).split('\n').length + 1)}" spellcheck="false">
${asJson(body.example)}</textarea>`
    }
    <div class="actions">
      <button type="submit">Send<span class="unseen"> ${operation.summary}</span></button>
    </div>
    <output for="${parameters.map(({ name }) => `${id}-${name}`).join(' ')}"></output>
  </form>`;
}

function renderResponse(status: string, response: DocumentedOperation['responses'][string], document: OpenApiDocument): Markup {
  const { description, headers = {}, content = {} } = response;
  const json = content['application/json'];
  const examples = json?.examples === undefined ? [] : Object.entries(json.examples);
  const isGood = Number(status) < 400;
  return html`<details class="answer">
    <summary>
      <span class="status ${isGood ? 'good' : 'bad'}">${status}</span> <span>${renderText(description)}</span>
      ${examples.map(([code]) => html` <code>${code}</code>`)}
    </summary>
    <div>
      ${examples.map(([, { value }]) => html`<pre>${asJson(value)}</pre>`)}
      ${
        json !== undefined && examples.length === 0
          ? html`<pre>${asJson(exampleOfSchema(json.schema, document, 'answer'))}</pre>
              ${renderFields(json.schema, document, { inRequest: false })}`
          : ''
      }
      ${json === undefined ? html`<p>${Object.keys(content).map((type, i) => html`${i === 0 ? '' : ' or '}<code>${type}</code>`)}</p>` : ''}
      ${
        Object.entries(headers).length === 0
          ? ''
          : html`<dl class="fields">
              ${Object.entries(headers).map(
                ([name, header]) =>
                  html`<div>
                    <dt><code>${name}</code> <span>header</span></dt>
                    <dd>${renderText(header.description ?? '')}</dd>
                  </div>`,
              )}
            </dl>`
      }
    </div>
  </details>`;
}
