const howToMakeOne = 'make one with: openssl rand -base64 32';

/** Words of placeholders, in lower case. Longer ones come first, so that they are matched whole. */
const wellKnown =
  'correcthorsebatterystaple masterpassword administrator moodmessaging placeholder qwertyuiop postgresql 1234567890 replaceme 123456789 dontknow changeme changeit password passw0rd postgres database insecure 12345678 letmein default service example sandbox welcome hunter2 1234567 qwerty secret master sample client change insert 123456 token dummy admin guest redis local 12345 here root user test demo mood pass your auth this 1234 key api abc foo bar 123 my';
const anyWellKnown = new RegExp(wellKnown.replaceAll(' ', '|'), 'g');
/** A secret with such words in it needs this many other characters. */
const minOwnCharacters = 8;
const minDifferentCharacters = 6;

function isExample(secret: string): boolean {
  const plain = secret.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const own = plain.replaceAll(anyWellKnown, '');
  return own !== plain && own.length < minOwnCharacters;
}

/** @returns why a secret is too weak for production and how to make a good one; undefined when it is strong enough. */
export function weakSecret(secret: string, minLength = 16): string | undefined {
  if (secret.length < minLength) return `it is shorter than ${minLength} characters; ${howToMakeOne}`;
  if (new Set(secret).size < minDifferentCharacters || isExample(secret)) {
    return `it is an example, or easy to guess; ${howToMakeOne}`;
  }
  return undefined;
}

/** As `weakSecret`, for the password in a URL, at least 12 characters. A URL without one is accepted: something else authenticates then. */
export function weakUrlPassword(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { password, searchParams } = new URL(url);
  // The drivers prefer the password in the query.
  const given = searchParams.get('password') ?? decoded(password);
  const weakness = given === '' ? undefined : weakSecret(given, 12);
  return weakness === undefined ? undefined : `of its password, ${weakness}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const minDifferentBytes = 16;

/** As `weakSecret`, for a key of 32 bytes. Text and patterns are refused; fewer than one in 10^12 random keys look like them. */
export function weakKey(bytes: Uint8Array): string | undefined {
  const steps = new Set(bytes.map((byte, index) => byte - (bytes[index - 1] ?? byte)).slice(1));
  if (new Set(bytes).size < minDifferentBytes || steps.size === 1) return `its bytes are a pattern; ${howToMakeOne}`;
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return `it is text, and not random bytes; ${howToMakeOne}`;
  return undefined;
}
