import { errorCode } from './error-code.ts';

/** The quantifiers are bounded, so that no text makes the search slow. */
const credentialsInUrl = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s"\\]{1,500}@[^\s"\\/?#,;)]{0,260}/gi;
const bearerToken = /\b(Bearer|Basic) +[\w.~+/-]{1,10000}=*/gi;
const jsonWebToken = /\beyJ[\w-]{1,10000}\.[\w-]{1,10000}(?:\.[\w-]{0,10000})?/g;

/** Removes secrets from a text for logs and terminals: the credentials of URLs together with their host, and tokens. */
export function redact(text: string): string {
  return text.replace(credentialsInUrl, '$1***').replace(bearerToken, '$1 ***').replace(jsonWebToken, '***');
}

const fromFirstToLastQuote = /".*"/s;

/**
 * An error message without quoted values. PostgreSQL's data exceptions (class 22) and the JSON parser quote the value that they refuse,
 * which can be personal.
 */
export function messageWithoutValues(error: Error): string {
  const quotesValues = /^22[0-9A-Z]{3}$/.test(errorCode(error) ?? '') || error instanceof SyntaxError || error.name === 'SyntaxError';
  return redact(quotesValues ? error.message.replace(fromFirstToLastQuote, '"***"') : error.message);
}
