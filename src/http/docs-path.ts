/** Where Swagger UI is served. */
export const DOCS_PATH = 'docs';
