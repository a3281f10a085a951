const API_KEY_PATTERN = /(mt5g_(?:live|test|adm)_[0-9A-Za-z]{1,16})_[0-9A-Za-z]+/g;
/** The password in the URL of a database. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+]*:\/\/[^\s:@/"]*):[^\s@/"]+@/g;
/** A path that is encoded more often than this is no client's mistake with a key. */
const MAX_DECODINGS = 3;

/** A text with API keys and database passwords replaced: input of a caller may have brought them into it. */
export function withoutSecrets(text: string): string {
  return withoutKeys(text).replace(URL_PASSWORD, '$1:[redacted]@');
}

/** A text with the secret part of every API key replaced; the key's id stays, so that its owner can rotate it. */
export function withoutKeys(text: string): string {
  return text.includes('mt5g_') ? text.replace(API_KEY_PATTERN, '$1_[redacted]') : text;
}

/** A path as it was sent; decoded and without the secret when it holds an API key, however often it is encoded. */
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

/** Decodes valid sequences and leaves the rest as it is. */
function decodedOnce(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) => {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return encoded;
    }
  });
}
