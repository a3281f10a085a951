/** What is secret wherever it stands: an API key, and the password in the URL of a database. */
const API_KEY = /(mt5g_(?:live|test|adm)_[0-9A-Za-z]{1,16})_[0-9A-Za-z]+/g;
const URL_PASSWORD = /(\b[a-z][a-z0-9+]*:\/\/[^\s:@/"]*):[^\s@/"]+@/g;
/** Clients that encode a path more often than this have no key in mind. */
const MAX_DECODINGS = 3;

/** A text without the keys and passwords that a caller's words may have brought into it. */
export function withoutSecrets(text: string): string {
  return withoutKeys(text).replace(URL_PASSWORD, '$1:[redacted]@');
}

/** A text with the secret part of every API key in it replaced; the key's id stays, so that its owner can replace it. */
export function withoutKeys(text: string): string {
  return text.includes('mt5g_') ? text.replace(API_KEY, '$1_[redacted]') : text;
}

/** A path as it was sent; decoded and without the secret where it holds an API key, however that was encoded. */
export function pathWithoutKeys(path: string): string {
  let decoded = path;
  for (let round = 0; round <= MAX_DECODINGS; round++) {
    const shown = withoutKeys(decoded);
    if (shown !== decoded) return shown;
    if (!decoded.includes('%')) break;
    decoded = decodedOnce(decoded);
  }
  return path;
}

/** Decodes what is valid and leaves the rest as it is. */
function decodedOnce(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
